"""ONNX's own checker and reference evaluator read the quickstart's model."""

import unittest

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

from workplace import quickstart_out


class OnnxTest(unittest.TestCase):
    def setUp(self):
        self.path = quickstart_out() / "model/model.onnx"
        self.model = onnx.load(self.path)

    def test_the_checker_accepts_the_model(self):
        onnx.checker.check_model(self.model, full_check=True)

    def test_the_reference_evaluator_runs_it(self):
        evaluator = ReferenceEvaluator(self.model)
        inputs = {}
        for value in self.model.graph.input:
            kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
            shape = [axis.dim_value or 3 for axis in value.type.tensor_type.shape.dim]
            inputs[value.name] = numpy.linspace(0, 1, int(numpy.prod(shape))).reshape(shape).astype(kind)
        outputs = evaluator.run(None, inputs)
        self.assertEqual(len(self.model.graph.output), len(outputs))
        for output in outputs:
            self.assertTrue(numpy.isfinite(output).all())


if __name__ == "__main__":
    unittest.main()
