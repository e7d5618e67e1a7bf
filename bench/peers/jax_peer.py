"""
JAX: python jax_peer.py WORK... [--device gpu]

The whole training step is one jit, the loop over time a lax.scan. On a GPU everything is float32: the default there
would be TF32, which has 10 bits of fraction.
"""

import time

import jax
import jax.numpy as jnp
import numpy as np
from common import GAMMA, arguments, measure, measure_each, weights_of


def embed(w, net, drawings):
    """[..., P] -> [..., E]: 3x3 convolutions with 2x2 pooling between them."""
    if net.layers == 0:
        return drawings
    a = drawings.reshape(-1, net.height, net.width, 1)
    for layer in range(1, net.layers + 1):
        if layer > 1:
            n, height, width, channels = a.shape
            a = a.reshape(n, height // 2, 2, width // 2, 2, channels).max((2, 4))
        kernel = w[f"encoder.{layer}.kernel"]
        a = jax.lax.conv_general_dilated(a, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        a = jax.nn.relu(a + w[f"encoder.{layer}.bias"])
    features = a.reshape(*drawings.shape[:-1], -1)
    return features @ w["encoder.out.kernel"] + w["encoder.out.bias"]


def least_used(net, usage):
    """[B, R] slots, least used first; among equals the higher index counts as less used."""
    if net.R == 1:
        return net.N - 1 - jnp.argmin(usage[:, ::-1], 1, keepdims=True)
    return net.N - 1 - jax.lax.top_k(-usage[:, ::-1], net.R)[1]  # top_k gives the lower one first


def step(w, net, state, inputs):
    z, keys, adds = inputs
    read, h, c, memory, read_weights, usage = state
    B, (N, W, K, R) = len(h), (net.N, net.W, net.K, net.R)
    rows = R * W + h.shape[1]
    z = z + jnp.concatenate([read, h], 1) @ w["lstm.kernel"][-rows:]
    i, j, f, o = jnp.split(z, 4, 1)
    c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)

    q = h @ w["heads.kernel"] + w["heads.bias"]
    k, a, rest = q[:, : R * W], q[:, R * W : 2 * R * W], q[:, 2 * R * W :]
    if net.direct:
        k, a = k + keys, a + adds
    k = jnp.tanh(k).reshape(B, R, W)[:, :, :K]
    a = jnp.tanh(a).reshape(B, R, W)
    beta = 1 + jax.nn.softplus(rest[:, -R:])[:, :, None]

    one_hots = jax.nn.one_hot(least_used(net, usage), N)
    w_w = one_hots.sum(1)[:, None]
    if net.gated:
        alpha = jax.nn.sigmoid(rest[:, :R])[:, :, None]
        w_w = alpha * read_weights + (1 - alpha) * w_w
    kept = 1 - one_hots[:, 0, :, None]
    before, memory = memory, memory * kept + jnp.einsum("brn,brw->bnw", jnp.broadcast_to(w_w, (B, R, N)), a)

    seen = (memory if net.after_write else before)[:, :, :K]
    lengths = jnp.sqrt((k * k).sum(2))[:, :, None] * jnp.sqrt((seen * seen).sum(2))[:, None]
    w_r = jax.nn.softmax(beta * jnp.einsum("brk,bnk->brn", k, seen) / (lengths + 1e-8))
    usage = jax.lax.stop_gradient(GAMMA * usage + w_r.sum(1) + w_w.sum(1))
    read = jnp.einsum("brn,bnw->brw", w_r, memory).reshape(B, R * W)
    return (read, h, c, memory, w_r, usage), jnp.concatenate([h, read], 1)


def forward(w, net, x):
    B, T, _ = x.shape
    P, H, RW = net.height * net.width, w["heads.kernel"].shape[0], net.R * net.W
    e, y = embed(w, net, x[:, :, :P]), x[:, :, P:]
    inputs = jnp.concatenate([e, y], 2) if net.layers else x
    z = jnp.einsum("btx,xz->tbz", inputs, w["lstm.kernel"][: inputs.shape[2]]) + w["lstm.bias"]
    keys = adds = None
    if net.direct:
        e, y = e.transpose(1, 0, 2), y.transpose(1, 0, 2)
        before = jnp.concatenate([jnp.zeros_like(e[:1]), e[:-1]])
        keys, adds = e @ w["bind.key"], before @ w["bind.value"] + y @ w["bind.label"]
    first = jnp.zeros((B, net.N)).at[:, 0].set(1)
    start = (
        jnp.zeros((B, RW)), jnp.zeros((B, H)), jnp.zeros((B, H)),
        jnp.full((B, net.N, net.W), 1e-6), jnp.broadcast_to(first[:, None], (B, net.R, net.N)), first,
    )
    _, outputs = jax.lax.scan(lambda s, i: step(w, net, s, i), start, (z, keys, adds))
    logits = outputs @ w["out.kernel"] + w["out.bias"]
    if "hidden.kernel" in w:
        logits += jax.nn.relu(outputs @ w["hidden.kernel"] + w["hidden.bias"]) @ w["hidden.out"]
    return logits.transpose(1, 0, 2)


def loss_of(w, net, x, labels):
    chosen = jnp.take_along_axis(jax.nn.log_softmax(forward(w, net, x)), labels[:, :, None], 2)
    return -chosen.sum() / x.shape[0]


def update(net, state, x, labels):
    """One step of Adam."""
    w, first, second, count = state
    loss, g = jax.value_and_grad(loss_of)(w, net, x, labels)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, g)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, g)
    w = jax.tree.map(
        lambda w, m, v: w - 1e-3 * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8),
        w, first, second,
    )
    return (w, first, second, count), loss


def main():
    args = arguments("scan")
    on_gpu = args.device == "gpu"
    if on_gpu:
        jax.config.update("jax_default_matmul_precision", "highest")
    else:
        jax.config.update("jax_platforms", "cpu")

    def peer(work):
        if on_gpu and jax.default_backend() != "gpu":
            raise RuntimeError("JAX finds no graphics processor")
        begun = time.perf_counter()
        net, weights = work["net"], jax.tree.map(jnp.asarray, weights_of(work))
        x, labels = jnp.asarray(work["inputs"]), jnp.asarray(work["labels"].astype(np.int32))
        logits = np.asarray(jax.jit(forward, static_argnums=1)(weights, net, x))
        train_step = jax.jit(update, static_argnums=0, donate_argnums=1)
        zeros = lambda: jax.tree.map(jnp.zeros_like, weights)
        state = (weights, zeros(), zeros(), jnp.float32(0))

        def train():
            nonlocal state
            state, loss = train_step(net, state, x, labels)
            return loss

        clock = {"group": 10, "seconds": 1.5} if on_gpu else {}
        measure("JAX", jax.__version__, "jit, lax.scan", logits, train, work, begun=begun, **clock)

    measure_each(peer, args.works)


main()
