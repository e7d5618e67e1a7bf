"""PyTorch: python torch_peer.py WORK [eager | script | compile]"""

import os
import sys

import torch
from common import GAMMA, WEIGHTS, measure, read_work
from torch import Tensor

torch.set_num_threads(int(os.environ.get("PEER_THREADS", "1")))


def step(
    z_x: Tensor, kernel: Tensor, heads: Tensor, heads_bias: Tensor, read: Tensor, h: Tensor, c: Tensor,
    memory: Tensor, read_weights: Tensor, usage: Tensor, gamma: float,
):
    B, N, W = memory.shape
    R = read_weights.shape[1]
    z = z_x + torch.cat([read, h], 1) @ kernel
    i, j, f, o = z.chunk(4, 1)
    c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(j)
    h = torch.sigmoid(o) * torch.tanh(c)
    q = torch.addmm(heads_bias, h, heads)
    k = torch.tanh(q[:, : R * W]).view(B, R, W)
    a = torch.tanh(q[:, R * W : 2 * R * W]).view(B, R, W)
    alpha = torch.sigmoid(q[:, 2 * R * W : 2 * R * W + R]).unsqueeze(2)
    beta = 1 + torch.nn.functional.softplus(q[:, 2 * R * W + R :]).unsqueeze(2)
    with torch.no_grad():  # among equals the higher index counts as less used
        order = torch.sort(usage.flip(1), dim=1, stable=True)[1][:, :R]
        least = N - 1 - order
        w_lu = torch.zeros_like(usage).scatter_(1, least, 1.0).unsqueeze(1)
        kept = torch.ones_like(usage).scatter_(1, least[:, :1], 0.0).unsqueeze(2)
    norms = torch.linalg.vector_norm(k, dim=2).unsqueeze(2) * torch.linalg.vector_norm(memory, dim=2).unsqueeze(1) + 1e-8
    similarity = torch.bmm(k, memory.transpose(1, 2)) / norms
    w_r = torch.softmax(beta * similarity, 2)
    w_w = alpha * read_weights + (1 - alpha) * w_lu
    usage = gamma * usage + w_r.detach().sum(1) + w_w.detach().sum(1)
    memory = torch.baddbmm(memory * kept, w_w.transpose(1, 2), a)
    read = torch.bmm(w_r, memory).view(B, R * W)
    return torch.cat([h, read], 1), read, h, c, memory, w_r, usage


class Network(torch.nn.Module):
    def __init__(self, work):
        super().__init__()
        tensors = [torch.nn.Parameter(torch.from_numpy(work[name])) for name in WEIGHTS]
        self.kernel, self.bias, self.heads, self.heads_bias, self.out, self.out_bias = tensors
        self.R = (self.out.shape[0] - self.heads.shape[0]) // 40
        self.N = 128
        self.gamma = GAMMA

    def forward(self, x: Tensor) -> Tensor:
        B, T, X = x.shape
        H, N, R = self.heads.shape[0], self.N, self.R
        RW = self.out.shape[0] - H
        z_x = x.transpose(0, 1).reshape(T * B, X) @ self.kernel[:X] + self.bias
        z_x = z_x.view(T, B, 4 * H)
        inner = self.kernel[X:]
        read, h, c = x.new_zeros(B, RW), x.new_zeros(B, H), x.new_zeros(B, H)
        memory = torch.full([B, N, RW // R], 1e-6)
        read_weights = torch.zeros(B, R, N)
        read_weights[:, :, 0] = 1
        usage = torch.zeros(B, N)
        usage[:, 0] = 1
        outputs = []
        for z in z_x.unbind(0):
            output, read, h, c, memory, read_weights, usage = step(
                z, inner, self.heads, self.heads_bias, read, h, c, memory, read_weights, usage, self.gamma
            )
            outputs.append(output)
        logits = torch.stack(outputs, 1) @ self.out + self.out_bias
        return logits


def main():
    work, variant = read_work(sys.argv[1]), sys.argv[2]
    network = Network(work)
    if variant == "script":
        network = torch.jit.script(network)
    if variant == "compile":
        globals()["step"] = torch.compile(step)
    x = torch.from_numpy(work["inputs"])
    labels = torch.from_numpy(work["labels"]).long()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def train():
        optimizer.zero_grad(set_to_none=True)
        logits = network(x)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum")
        loss = loss / x.shape[0]
        loss.backward()
        optimizer.step()
        return loss.item()

    with torch.no_grad():
        logits = network(x).numpy()
    measure("PyTorch", torch.__version__, variant, logits, train, work)


main()
