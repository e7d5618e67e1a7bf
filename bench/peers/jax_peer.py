"""JAX: python jax_peer.py WORK"""

import os
import sys

import jax
import jax.numpy as jnp
import numpy as np
from common import GAMMA, WEIGHTS, measure, read_work


def step(weights, sizes, state, z_x):
    inner, heads, heads_bias = weights
    R, W = sizes
    read, h, c, memory, read_weights, usage = state
    B, N, _ = memory.shape
    z = z_x + jnp.concatenate([read, h], 1) @ inner
    i, j, f, o = jnp.split(z, 4, 1)
    c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    q = h @ heads + heads_bias
    k = jnp.tanh(q[:, : R * W]).reshape(B, R, W)
    a = jnp.tanh(q[:, R * W : 2 * R * W]).reshape(B, R, W)
    alpha = jax.nn.sigmoid(q[:, 2 * R * W : 2 * R * W + R])[:, :, None]
    beta = 1 + jax.nn.softplus(q[:, 2 * R * W + R :])[:, :, None]
    # Among equals the higher index counts as less used: top_k gives the lower one first.
    least = N - 1 - jax.lax.top_k(-usage[:, ::-1], R)[1]
    one_hots = jax.nn.one_hot(least, N)
    w_lu = one_hots.sum(1)[:, None]
    kept = 1 - one_hots[:, 0, :, None]
    lengths = jnp.sqrt((k * k).sum(2))[:, :, None] * jnp.sqrt((memory * memory).sum(2))[:, None]
    similarity = jnp.einsum("brw,bnw->brn", k, memory) / (lengths + 1e-8)
    w_r = jax.nn.softmax(beta * similarity)
    w_w = alpha * read_weights + (1 - alpha) * w_lu
    usage = jax.lax.stop_gradient(GAMMA * usage + w_r.sum(1) + w_w.sum(1))
    memory = memory * kept + jnp.einsum("brn,brw->bnw", w_w, a)
    read = jnp.einsum("brn,bnw->brw", w_r, memory).reshape(B, R * W)
    return (read, h, c, memory, w_r, usage), jnp.concatenate([h, read], 1)


def forward(weights, x, N, W):
    kernel, bias, heads, heads_bias, out, out_bias = weights
    B, T, X = x.shape
    H = heads.shape[0]
    R = (out.shape[0] - H) // W
    z_x = jnp.einsum("btx,xz->tbz", x, kernel[:X]) + bias
    first = jnp.zeros((B, N)).at[:, 0].set(1)
    start = (
        jnp.zeros((B, R * W)), jnp.zeros((B, H)), jnp.zeros((B, H)),
        jnp.full((B, N, W), 1e-6), jnp.broadcast_to(first[:, None], (B, R, N)), first,
    )
    _, outputs = jax.lax.scan(lambda s, z: step((kernel[X:], heads, heads_bias), (R, W), s, z), start, z_x)
    return jnp.einsum("tbo,oc->btc", outputs, out) + out_bias


def loss_of(weights, x, labels):
    logits = forward(weights, x, 128, 40)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, :, None], 2)
    return -chosen.sum() / x.shape[0]


@jax.jit
def update(weights, first, second, count, x, labels):
    loss, gradients = jax.value_and_grad(loss_of)(weights, x, labels)
    count = count + 1
    first = [0.9 * m + 0.1 * g for m, g in zip(first, gradients)]
    second = [0.999 * v + 0.001 * g * g for v, g in zip(second, gradients)]
    weights = [
        w - 1e-3 * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)
        for w, m, v in zip(weights, first, second)
    ]
    return weights, first, second, count, loss


def main():
    work = read_work(sys.argv[1])
    weights = [jnp.asarray(work[name]) for name in WEIGHTS]
    x = jnp.asarray(work["inputs"])
    labels = jnp.asarray(work["labels"].astype(np.int32))
    logits = np.asarray(jax.jit(lambda w: forward(w, x, 128, 40))(weights))
    zeros = [jnp.zeros_like(w) for w in weights]
    state = (weights, zeros, zeros, jnp.float32(0))

    def train():
        nonlocal state
        *state, loss = update(*state, x, labels)
        return loss.block_until_ready()

    measure("JAX", jax.__version__, "jit, lax.scan", logits, train, work)


main()
