"""ONNX's own checker, shape inference and reference evaluator read the architectures that onnx-models builds."""

import unittest

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

from workplace import onnx_models

SIZES = {
    "batch_size": 2,
    "sequence_length": 3,
    "past_sequence_length": 4,
    "past_sequence_length + sequence_length": 7,
}


class OnnxModelsTest(unittest.TestCase):
    def setUp(self):
        self.models = sorted(onnx_models().iterdir())
        self.assertEqual(11, len(self.models))

    def test_checker_and_strict_shape_inference_accept_all_of_them(self):
        for model in self.models:
            with self.subTest(model.name):
                onnx.checker.check_model(str(model / "model.onnx"), full_check=True)

    def test_the_reference_evaluator_runs_the_small_ones(self):
        for model in self.models:
            if not model.name.startswith("small-"):
                continue
            with self.subTest(model.name):
                graph = onnx.load(model / "model.onnx")
                evaluator = ReferenceEvaluator(graph)
                inputs = {}
                for value in graph.graph.input:
                    kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
                    shape = [axis.dim_value or SIZES[axis.dim_param] for axis in value.type.tensor_type.shape.dim]
                    inputs[value.name] = (
                        numpy.ones(shape, kind) if kind == numpy.int64
                        else numpy.linspace(-1, 1, int(numpy.prod(shape)), dtype=kind).reshape(shape)
                    )
                outputs = evaluator.run(None, inputs)
                self.assertEqual(len(graph.graph.output), len(outputs))
                for value, output in zip(graph.graph.output, outputs):
                    shape = [axis.dim_value or SIZES[axis.dim_param] for axis in value.type.tensor_type.shape.dim]
                    self.assertEqual(shape, list(output.shape), value.name)
                    self.assertTrue(numpy.isfinite(output).all(), value.name)


if __name__ == "__main__":
    unittest.main()
