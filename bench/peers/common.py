"""What all Python peers share: the work they are given, the checks before the clock, the clock."""

import argparse
import json
import os
import statistics
import struct
import sys
import time
from typing import NamedTuple

import numpy as np

GAMMA = 0.95
WEIGHTS = ["lstm.kernel", "lstm.bias", "heads.kernel", "heads.bias", "out.kernel", "out.bias"]


def arguments(*variants):
    """PEER.py [--device gpu] [--variant NAME] WORK... : files of work, measured one after another."""
    parser = argparse.ArgumentParser()
    parser.add_argument("works", nargs="+", metavar="WORK")
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    parser.add_argument("--variant", choices=variants, default=variants[0])
    return parser.parse_args()


class Net(NamedTuple):
    """Sizes and form of the network that a file of work is for; the letters are those of the project."""

    height: int
    width: int
    layers: int
    """Convolutions before the controller; 0 where it gets the pixels."""
    N: int
    W: int
    K: int
    R: int
    direct: bool
    """Keys and memory contents also come from embeddings and labels."""
    after_write: bool
    gated: bool


def read_work(path):
    """Weights, batch, and what they must give, from a safetensors file: name -> numpy array; `net` is the network."""
    data = open(path, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    body = memoryview(data)[8 + size :]
    c = json.loads(header.pop("__metadata__")["config"])
    work = {
        "net": Net(
            c["inputHeight"], c["inputWidth"], len(c["encoderWidths"]),
            c["memorySize"], c["memoryDim"], c["keySize"], c["nbReads"],
            c["binding"] == "direct", c["lookup"] == "after-write", c["writing"] == "gated",
        )
    }
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        work[name] = np.frombuffer(body[start:end], np.float32).reshape(entry["shape"]).copy()
    return work


def weights_of(work):
    """The weights alone, in the order of checkpoints."""
    others = ["net", "inputs", "labels", "logits", "losses"]
    return {name: array for name, array in work.items() if name not in others}


def measure_each(peer, works):
    """`peer(work)` for each file. What fails is reported, and the others go on."""
    for path in works:
        work = read_work(path)
        try:
            peer(work)
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            report({"episodes": len(work["inputs"]), "failed": lines[0][:300]})
            if len(works) == 1:
                raise


def measure(name, version, variant, logits, step, work, *, group=1, seconds=8.0, begun=None):
    """
    Checks logits and five losses against ours, then times `step`: one Adam update; it returns the loss of before
    it, which `float` waits for. Reports the median of groups of so many steps, each group waited for as a whole.
    """
    ours = work["logits"]
    logit_errors = np.abs(logits - ours).max((1, 2)) / np.abs(ours).max()
    finite = lambda error: float(np.nan_to_num(error, nan=1e9, posinf=1e9))  # JSON has no others
    losses = np.array([float(step()) for _ in range(5)])
    loss_error = float((np.abs(losses - work["losses"]) / work["losses"]).max())
    for _ in range(3):
        float(step())
    ready = time.perf_counter()
    times = []
    while len(times) < 7 or time.perf_counter() - ready < seconds:
        start = time.perf_counter()
        for _ in range(group):
            loss = step()
        float(loss)
        times.append((time.perf_counter() - start) / group)
    result = {
        "name": name,
        "version": version,
        "variant": variant,
        "threads": int(os.environ.get("PEER_THREADS", "1")),
        "episodes": len(work["inputs"]),
        "ms": 1000 * statistics.median(times),
        "logitErrors": [finite(error) for error in logit_errors],
        "lossError": finite(loss_error),
    }
    if begun is not None:
        result["prepared"] = ready - begun
    report(result)


def report(result):
    print(json.dumps(result))
    sys.stdout.flush()
