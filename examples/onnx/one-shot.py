# Shows a network five symbols once each, with their names, then all of them again one pixel to the side.
# Before: npx mann export --onnx mann-omniglot-5way network.onnx && pip install onnxruntime
import numpy as np
import onnxruntime as ort

y, x = np.mgrid[:20, :20] - 9.5
symbols = np.stack([
    abs(np.hypot(x, y) - 6) < 1,  # a ring
    abs(x * y) < 4,  # a cross
    abs(abs(x) - abs(y)) < 1,  # a cross that leans
    abs(abs(x) - 5) < 1,  # two bars
    abs(np.minimum(x, -y) + 5) < 1,  # an angle
])
drawings = np.concatenate([symbols, np.roll(symbols, 1, axis=2)])[None].astype("float32")  # [1, 10, 20, 20]
labels = np.concatenate([np.zeros([1, 5]), np.eye(5), np.zeros([4, 5])])[None].astype("float32")  # a step late

session = ort.InferenceSession("network.onnx")
states = [i for i in session.get_inputs() if i.name.startswith("state.")]
start = {i.name: np.zeros([0, *i.shape[1:]], "float32") for i in states}
[logits] = session.run(["logits"], {"drawings": drawings, "previous_labels": labels, **start})
print(logits[0, 5:].argmax(-1))  # [0 1 2 3 4]
