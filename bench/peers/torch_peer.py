"""
PyTorch: python torch_peer.py WORK... [--device gpu] [--variant eager | script | compile | graph]

On a GPU the whole training step is captured once as a CUDA graph and replayed: with `graph` that of plain PyTorch, with
`compile` that of the compiled encoder and memory step (torch.compile of all 50 steps at once takes minutes). All
numbers are float32; TF32 is off.
"""

import os
import time
from typing import Optional

import torch
from common import GAMMA, arguments, measure, measure_each, weights_of
from torch import Tensor
from torch.nn.functional import cross_entropy, max_pool2d, softplus

torch.set_num_threads(int(os.environ.get("PEER_THREADS", "1")))


class Network(torch.nn.Module):
    N: torch.jit.Final[int]
    W: torch.jit.Final[int]
    K: torch.jit.Final[int]
    R: torch.jit.Final[int]
    height: torch.jit.Final[int]
    width: torch.jit.Final[int]
    gamma: torch.jit.Final[float]
    layers: torch.jit.Final[int]
    direct: torch.jit.Final[bool]
    after_write: torch.jit.Final[bool]
    gated: torch.jit.Final[bool]

    def __init__(self, work):
        super().__init__()
        net, weights = work["net"], weights_of(work)
        self.N, self.W, self.K, self.R = net.N, net.W, net.K, net.R
        self.height, self.width, self.layers = net.height, net.width, net.layers
        self.direct, self.after_write, self.gated = net.direct, net.after_write, net.gated
        self.gamma = GAMMA

        def parameter(name):
            return torch.nn.Parameter(torch.from_numpy(weights[name])) if name in weights else None

        self.kernel, self.bias = parameter("lstm.kernel"), parameter("lstm.bias")
        self.heads, self.heads_bias = parameter("heads.kernel"), parameter("heads.bias")
        self.bind_key, self.bind_value = parameter("bind.key"), parameter("bind.value")
        self.bind_label = parameter("bind.label")
        self.hidden, self.hidden_bias = parameter("hidden.kernel"), parameter("hidden.bias")
        self.hidden_out = parameter("hidden.out")
        self.out, self.out_bias = parameter("out.kernel"), parameter("out.bias")
        self.convolutions, self.embedding = encoder(net.layers, weights)

    def embed(self, drawings: Tensor) -> Tensor:
        """[n, P] -> [n, E]: 3x3 convolutions with 2x2 pooling between them."""
        a = drawings.reshape(-1, 1, self.height, self.width)
        for layer, convolution in enumerate(self.convolutions):
            if layer > 0:
                a = max_pool2d(a, 2)
            a = torch.relu(convolution(a))
        return self.embedding(a.flatten(1))

    def step(
        self, z: Tensor, keys: Optional[Tensor], adds: Optional[Tensor], inner: Tensor, read: Tensor, h: Tensor,
        c: Tensor, memory: Tensor, read_weights: Tensor, usage: Tensor,
    ):
        N, W, K, R = self.N, self.W, self.K, self.R
        B, RW = z.shape[0], R * W
        z = torch.addmm(z, torch.cat([read, h], 1), inner)
        i, j, f, o = z.chunk(4, 1)
        c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(j)
        h = torch.sigmoid(o) * torch.tanh(c)

        q = torch.addmm(self.heads_bias, h, self.heads)
        k, a = q[:, :RW], q[:, RW : 2 * RW]
        if keys is not None and adds is not None:
            k, a = k + keys, a + adds
        k = torch.tanh(k).view(B, R, W)[:, :, :K]
        a = torch.tanh(a).view(B, R, W)
        beta = 1 + softplus(q[:, q.shape[1] - R :]).unsqueeze(2)

        with torch.no_grad():  # among equals the higher index counts as less used
            if R == 1:
                least = N - 1 - usage.flip(1).argmin(1, keepdim=True)
            else:
                least = N - 1 - torch.sort(usage.flip(1), dim=1, stable=True)[1][:, :R]
            w_w = torch.zeros_like(usage).scatter_(1, least, 1.0).unsqueeze(1)
            kept = torch.ones_like(usage).scatter_(1, least[:, :1], 0.0).unsqueeze(2)
        if self.gated:
            alpha = torch.sigmoid(q[:, 2 * RW : 2 * RW + R]).unsqueeze(2)
            w_w = alpha * read_weights + (1 - alpha) * w_w
        before = memory
        memory = torch.baddbmm(memory * kept, w_w.expand(B, R, N).transpose(1, 2), a)

        seen = (memory if self.after_write else before)[:, :, :K]
        lengths = torch.linalg.vector_norm(k, dim=2).unsqueeze(2) * torch.linalg.vector_norm(seen, dim=2).unsqueeze(1)
        w_r = torch.softmax(beta * torch.bmm(k, seen.transpose(1, 2)) / (lengths + 1e-8), 2)
        usage = self.gamma * usage + w_r.detach().sum(1) + w_w.detach().sum(1)
        read = torch.bmm(w_r, memory).view(B, RW)
        return read, h, c, memory, w_r, usage

    def forward(self, x: Tensor) -> Tensor:
        B, T, X = x.shape
        P, H, N, RW = self.height * self.width, self.heads.shape[0], self.N, self.R * self.W
        rows = x.transpose(0, 1).reshape(T * B, X)
        label = rows[:, P:]
        keys: Optional[Tensor] = None
        adds: Optional[Tensor] = None
        if self.layers > 0:
            e = self.embed(rows[:, :P])
            rows = torch.cat([e, label], 1)
            if self.direct:
                before = torch.cat([torch.zeros_like(e[:B]), e[: (T - 1) * B]])
                keys = e @ self.bind_key
                adds = before @ self.bind_value + label @ self.bind_label
        z = torch.addmm(self.bias, rows, self.kernel[: rows.shape[1]])
        inner = self.kernel[rows.shape[1] :]
        # As results of steps they need gradients: so the first step is compiled as all others are.
        read, h, c = x.new_zeros(B, RW), x.new_zeros(B, H), x.new_zeros(B, H)
        memory = x.new_full([B, N, self.W], 1e-6)
        usage = x.new_zeros(B, N)
        usage[:, 0] = 1
        read_weights = usage.unsqueeze(1).repeat(1, self.R, 1)
        for state in [read, h, c, memory, read_weights]:
            state.requires_grad_()
        outputs = []
        for t in range(T):
            now = slice_of(z, t, B)
            k = slice_of(keys, t, B) if keys is not None else None
            a = slice_of(adds, t, B) if adds is not None else None
            read, h, c, memory, read_weights, usage = self.step(
                now, k, a, inner, read, h, c, memory, read_weights, usage
            )
            outputs.append(torch.cat([h, read], 1))
        output = torch.stack(outputs, 1)
        logits = output @ self.out + self.out_bias
        if self.hidden is not None:
            logits = logits + torch.relu(output @ self.hidden + self.hidden_bias) @ self.hidden_out
        return logits


def slice_of(x: Tensor, t: int, B: int) -> Tensor:
    return x[t * B : (t + 1) * B]


def encoder(layers, weights):
    """Convolutions and the linear layer after them, as modules with PyTorch's order of axes: channels, rows, columns."""
    convolutions = torch.nn.ModuleList()
    if layers == 0:
        return convolutions, torch.nn.Identity()
    for layer in range(1, layers + 1):
        kernel = torch.from_numpy(weights[f"encoder.{layer}.kernel"]).permute(3, 2, 0, 1)
        convolution = torch.nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1)
        convolution.weight.data = kernel.contiguous()
        convolution.bias.data = torch.from_numpy(weights[f"encoder.{layer}.bias"])
        convolutions.append(convolution)
    kernel = torch.from_numpy(weights["encoder.out.kernel"])
    channels = convolutions[-1].out_channels
    embedding = torch.nn.Linear(*kernel.shape)
    embedding.weight.data = kernel.view(-1, channels, kernel.shape[1]).transpose(0, 1).reshape(kernel.shape).T.contiguous()
    embedding.bias.data = torch.from_numpy(weights["encoder.out.bias"])
    return convolutions, embedding


def capture(train, network, optimizer):
    """The training step as a CUDA graph. Warming up changes weights and moments: both are put back."""
    weights = [w.detach().clone() for w in network.parameters()]
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            train()
    torch.cuda.current_stream().wait_stream(side)
    optimizer.zero_grad(set_to_none=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = train()
    with torch.no_grad():
        for w, saved in zip(network.parameters(), weights):
            w.copy_(saved)
        for state in optimizer.state.values():
            for value in state.values():
                value.zero_()

    def replay():
        graph.replay()
        return loss

    return replay


def main():
    args = arguments("eager", "script", "compile", "graph")
    on_gpu, compiles = args.device == "gpu", args.variant == "compile"
    device = torch.device("cuda" if on_gpu else "cpu")
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True

    def peer(work):
        begun = time.perf_counter()
        network = Network(work).to(device)
        x = torch.from_numpy(work["inputs"]).to(device)
        labels = torch.from_numpy(work["labels"]).long().to(device)
        if args.variant == "script":
            network = torch.jit.script(network)
        with torch.no_grad():
            logits = network(x).cpu().numpy()
        if compiles:
            torch._dynamo.reset()
            network.step = torch.compile(network.step, fullgraph=True, dynamic=False)
            network.embed = torch.compile(network.embed, fullgraph=True, dynamic=False)
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, **({"fused": True, "capturable": True} if on_gpu else {}))

        def train():
            optimizer.zero_grad(set_to_none=True)
            loss = cross_entropy(network(x).flatten(0, 1), labels.flatten(), reduction="sum") / x.shape[0]
            loss.backward()
            optimizer.step()
            return loss.detach()

        step, clock, form = train, {}, args.variant
        if on_gpu:
            step = capture(train, network, optimizer)
            clock, form = {"group": 10, "seconds": 1.5}, "compile, CUDA graph" if compiles else "CUDA graph"
        measure("PyTorch", torch.__version__, form, logits, step, work, begun=begun, **clock)

    measure_each(peer, args.works)


main()
