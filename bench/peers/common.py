"""What all Python peers share: the work they are given, the checks before the clock, the clock."""

import json
import os
import statistics
import struct
import sys
import time

import numpy as np

# Shapes of the work, as in the file: B, T, P, C, H, N, W, R.
GAMMA = 0.95


def read_work(path):
    """Weights, batch, and what they must give, from a safetensors file: name -> numpy array."""
    data = open(path, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    body = data[8 + size :]
    arrays = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(body[start:end], np.float32).reshape(entry["shape"]).copy()
    return arrays


WEIGHTS = ["lstm.kernel", "lstm.bias", "heads.kernel", "heads.bias", "out.kernel", "out.bias"]


def measure(name, version, variant, logits, step, work, seconds=8.0):
    """
    Checks logits and five losses against ours, then times `step` (one Adam update, returns the loss of
    before it). Prints one line of JSON.
    """
    ours = work["logits"]
    logit_error = float(np.abs(logits - ours).max() / np.abs(ours).max())
    losses = np.array([float(step()) for _ in range(5)])
    loss_error = float((np.abs(losses - work["losses"]) / work["losses"]).max())
    for _ in range(3):
        step()
    times = []
    begun = time.perf_counter()
    while len(times) < 7 or time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        float(step())
        times.append(time.perf_counter() - start)
    result = {
        "name": name,
        "version": version,
        "variant": variant,
        "threads": int(os.environ.get("PEER_THREADS", "1")),
        "ms": 1000 * statistics.median(times),
        "logitError": logit_error,
        "lossError": loss_error,
    }
    print(json.dumps(result))
    sys.stdout.flush()
