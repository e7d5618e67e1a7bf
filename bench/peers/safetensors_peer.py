"""
Reads a safetensors file with the format's own package, says what it found (a line of JSON: metadata; of each
tensor dtype, shape and a hash of its numbers), and writes it again with that package.

    python safetensors_peer.py IN OUT
"""

import hashlib
import json
import sys

from safetensors import safe_open
from safetensors.numpy import save_file

source, target = sys.argv[1:]
with safe_open(source, framework="numpy") as file:
    metadata = file.metadata()
    tensors = {name: file.get_tensor(name) for name in file.keys()}
save_file(tensors, target, metadata=metadata)
found = {
    name: [str(array.dtype), list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()]
    for name, array in tensors.items()
}
print(json.dumps({"metadata": metadata, "tensors": found}))
