"""Checks ONNX models and runs them: in ONNX Runtime, and in the evaluator of the onnx package itself.

python peer.py MODEL... checks each model strictly and reads MODEL.json, the tensors to feed by name, each as its shape
and numbers. It prints a line of JSON a model: for each of the two the outputs by name, as flat lists.
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
        feeds = {
            name: numpy.array(tensor["data"], numpy.float32).reshape(tensor["shape"])
            for name, tensor in json.load(file).items()
        }
    session = onnxruntime.InferenceSession(path)
    evaluator = ReferenceEvaluator(path)
    names = [output.name for output in session.get_outputs()]
    results = {
        what: {name: values.ravel().tolist() for name, values in zip(names, model.run(names, feeds))}
        for what, model in [("runtime", session), ("evaluator", evaluator)]
    }
    results["metadata"] = session.get_modelmeta().custom_metadata_map
    print(json.dumps(results))
