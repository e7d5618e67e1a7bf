"""Checks ONNX models and runs them: in ONNX Runtime, and in the evaluator of the onnx package itself.

python peer.py MODEL... checks each model strictly. MODEL.json lists the tensors to feed as [name, shape] and says whether
to "evaluate" too; MODEL.f32 has their numbers, one tensor behind the other. A line of JSON is printed for each model:
the outputs of both by name, as flat lists, and the metadata.
"""

import json
import sys

import numpy
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    with open(path + ".json") as file:
        asked = json.load(file)
    numbers = numpy.fromfile(path + ".f32", numpy.float32)
    feeds = {}
    for name, shape in asked["feeds"]:
        size = int(numpy.prod(shape))
        feeds[name], numbers = numbers[:size].reshape(shape), numbers[size:]
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs() if not output.name.startswith("next_state.")]
    results = {"runtime": session.run(names, feeds)}
    if asked["evaluate"]:
        results["evaluator"] = ReferenceEvaluator(path).run(names, feeds)
    lines = {what: {n: v.ravel().tolist() for n, v in zip(names, values)} for what, values in results.items()}
    print(json.dumps({"outputs": lines, "metadata": session.get_modelmeta().custom_metadata_map}))
