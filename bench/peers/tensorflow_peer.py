"""TensorFlow 2, the original implementation's formulation (tf.scan over time) under tf.function: python tensorflow_peer.py WORK"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import tensorflow as tf
from common import GAMMA, WEIGHTS, measure, read_work

threads = int(os.environ.get("PEER_THREADS", "1"))
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
N, W = 128, 40


def step(state, z_x, inner, heads, heads_bias):
    _, read, h, c, memory, read_weights, usage = state
    B, R = read_weights.shape[0], read_weights.shape[1]
    z = z_x + tf.concat([read, h], 1) @ inner
    i, j, f, o = tf.split(z, 4, 1)
    c = tf.sigmoid(f + 1) * c + tf.sigmoid(i) * tf.tanh(j)
    h = tf.sigmoid(o) * tf.tanh(c)
    q = h @ heads + heads_bias
    k = tf.reshape(tf.tanh(q[:, : R * W]), [B, R, W])
    a = tf.reshape(tf.tanh(q[:, R * W : 2 * R * W]), [B, R, W])
    alpha = tf.sigmoid(q[:, 2 * R * W : 2 * R * W + R])[:, :, None]
    beta = 1 + tf.nn.softplus(q[:, 2 * R * W + R :])[:, :, None]
    # Among equals the higher index counts as less used: the tail of top_k over all, as in the seed.
    least = tf.math.top_k(usage, N).indices[:, ::-1][:, :R]
    one_hots = tf.one_hot(least, N)
    w_lu = tf.reduce_sum(one_hots, 1, keepdims=True)
    kept = 1 - one_hots[:, 0, :, None]
    lengths = tf.norm(k, axis=2)[:, :, None] * tf.norm(memory, axis=2)[:, None]
    similarity = tf.matmul(k, memory, transpose_b=True) / (lengths + 1e-8)
    w_r = tf.nn.softmax(beta * similarity)
    w_w = alpha * read_weights + (1 - alpha) * w_lu
    usage = tf.stop_gradient(GAMMA * usage + tf.reduce_sum(w_r, 1) + tf.reduce_sum(w_w, 1))
    memory = memory * kept + tf.matmul(w_w, a, transpose_a=True)
    read = tf.reshape(w_r @ memory, [B, R * W])
    return tf.concat([h, read], 1), read, h, c, memory, w_r, usage


def forward(weights, x):
    kernel, bias, heads, heads_bias, out, out_bias = weights
    B, T, X = x.shape
    H, O = heads.shape[0], out.shape[0]
    R = (O - H) // W
    z_x = tf.tensordot(tf.transpose(x, [1, 0, 2]), kernel[:X], 1) + bias
    inner = kernel[X:]
    first = tf.one_hot(tf.zeros([B], tf.int32), N)
    start = (
        tf.zeros([B, O]), tf.zeros([B, O - H]), tf.zeros([B, H]), tf.zeros([B, H]),
        tf.fill([B, N, W], 1e-6), tf.tile(first[:, None], [1, R, 1]), first,
    )
    outputs = tf.scan(lambda s, z: step(s, z, inner, heads, heads_bias), z_x, start)[0]
    return tf.transpose(tf.tensordot(outputs, out, 1) + out_bias, [1, 0, 2])


def main():
    work = read_work(sys.argv[1])
    weights = [tf.Variable(work[name]) for name in WEIGHTS]
    x = tf.constant(work["inputs"])
    labels = tf.constant(work["labels"].astype("int32"))
    optimizer = tf.keras.optimizers.Adam(1e-3, epsilon=1e-8)

    @tf.function
    def train():
        with tf.GradientTape() as tape:
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, forward(weights, x))
            loss = tf.reduce_sum(each) / x.shape[0]
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return loss

    logits = tf.function(lambda: forward(weights, x))().numpy()
    measure("TensorFlow", tf.__version__, "tf.function, tf.scan", logits, lambda: train().numpy(), work)


main()
