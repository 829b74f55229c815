"""Writes what `onnx/tests/import.rs` imports beside PyTorch's models: `python operators.py ../onnx/tests/models`.

Small graphs, operator by operator, with the attributes that PyTorch does not write, and what ONNX Runtime computes of
three samples. Made with onnx 1.23.2 and onnxruntime 1.32.0.
"""

import sys
from pathlib import Path

import numpy
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

random = numpy.random.default_rng(1)


class Graph:
    """A graph from samples of a shape, written node by node."""

    def __init__(self, *shape, opset=17):
        self.shape, self.opset = shape, opset
        self.nodes, self.tensors = [], []
        self.last = "x"

    def tensor(self, *shape, of=None, kind=numpy.float32):
        """A weight of random numbers, or of these."""
        numbers = random.normal(size=shape) if of is None else of
        name = f"w{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(numpy.asarray(numbers, kind), name))
        return name

    def integers(self, *numbers):
        return self.tensor(of=numbers, kind=numpy.int64)

    def node(self, operator, *inputs, **attributes):
        """Adds a node; `None` stands for what the node before gives. Gives its output."""
        inputs = [self.last if name is None else name for name in inputs or [None]]
        self.last = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [self.last], name=self.last, **attributes))
        return self.last

    def write(self, folder, name):
        sample = random.normal(size=(3, *self.shape)).astype(numpy.float32)
        model = self.model(name, None)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        (output,) = session.run(None, {"x": sample})
        model = self.model(name, ["batch", *output.shape[1:]])
        checker.check_model(model)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
        sample.tofile(folder / f"{name}.input")
        output.astype(numpy.float32).tofile(folder / f"{name}.output")

    def model(self, name, output):
        graph = helper.make_graph(
            self.nodes, name,
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *self.shape])],
            [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, output)],
            self.tensors,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)


def graphs():
    """Name and graph of each."""
    graph = Graph(4)
    graph.node("Gemm", None, graph.tensor(3, 4), graph.tensor(1, 3), alpha=0.5, beta=-2.0, transB=1)
    graph.node("Gemm", None, graph.tensor(3, 5), graph.tensor(), alpha=2.0)
    graph.node("Gemm", None, graph.tensor(5, 2))
    yield "operator_gemm", graph

    # In each of these, zeros are shared out unevenly.
    for auto_pad in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        graph = Graph(2, 7, 8)
        graph.node("Conv", None, graph.tensor(4, 1, 3, 2), graph.tensor(4), auto_pad=auto_pad, strides=[2, 1], group=2)
        graph.node("Relu")
        graph.node("Conv", None, graph.tensor(3, 4, 2, 3), auto_pad=auto_pad, strides=[1, 3])
        yield f"operator_conv_{auto_pad.lower()}", graph

    graph = Graph(2, 9)
    graph.node("Conv", None, graph.tensor(3, 2, 4), pads=[3, 1], strides=[2])
    graph.node("Conv", None, graph.tensor(3, 3, 3), pads=[0, 4], dilations=[2])
    yield "operator_conv_uneven", graph

    graph = Graph(3, 4, 5)
    graph.node("ConvTranspose", None, graph.tensor(3, 2, 3, 3), graph.tensor(2), auto_pad="SAME_UPPER", strides=[2, 2])
    graph.node("ConvTranspose", None, graph.tensor(2, 2, 2, 3), pads=[0, 1, 0, 1], strides=[1, 2], group=2, output_padding=[0, 1])
    graph.node("ConvTranspose", None, graph.tensor(4, 1, 3, 3), output_shape=[18, 40], strides=[2, 2])
    yield "operator_conv_transpose", graph

    graph = Graph(2, 9, 9)
    graph.node("MaxPool", kernel_shape=[3, 3])
    graph.node("AveragePool", kernel_shape=[3, 3], strides=[1, 2], pads=[1, 1, 1, 1], count_include_pad=1)
    graph.node("MaxPool", kernel_shape=[3, 2], auto_pad="VALID", ceil_mode=1)
    graph.node("AveragePool", kernel_shape=[1, 2])
    graph.node("GlobalMaxPool")
    graph.node("Squeeze", None, graph.integers(2, -1))
    yield "operator_pools", graph

    graph = Graph(4, 3, 2)
    channels = [graph.tensor(4), graph.tensor(4), graph.tensor(4), graph.tensor(of=random.uniform(0.5, 2, 4))]
    graph.node("BatchNormalization", None, *channels, epsilon=0.1)
    graph.node("LayerNormalization", None, graph.tensor(4, 3, 2), axis=-3)
    graph.node("InstanceNormalization", None, graph.tensor(4), graph.tensor(4), epsilon=1e-5)
    graph.node("LayerNormalization", None, graph.tensor(2), graph.tensor(4, 1, 2), axis=1)
    yield "operator_norms", graph

    graph = Graph(4, 3, opset=21)
    graph.node("GroupNormalization", None, graph.tensor(4), graph.tensor(4), num_groups=2)
    graph.node("Gelu")
    graph.node("Transpose", None, perm=[0, 1, 2])
    graph.node("Unsqueeze", None, graph.integers(1))
    graph.node("Transpose", None, perm=[0, 2, 1, 3])
    graph.node("Reshape", None, graph.integers(0, 0, -1))
    graph.node("Softmax")
    yield "operator_group_norm", graph

    graph = Graph(3, 4, 2)
    graph.node("PRelu", None, graph.tensor(3, 1, 1))
    graph.node("PRelu", None, graph.tensor(1))
    graph.node("LeakyRelu", None, alpha=0.3)
    graph.node("Elu")
    graph.node("Clip", None, graph.tensor(of=0.0))
    graph.node("Softmax", None, axis=3)
    graph.node("LogSoftmax", None, axis=-1)
    yield "operator_activations", graph

    graph = Graph(6)
    graph.node("MatMul", None, graph.tensor(6, 4))
    graph.node("Add", graph.tensor(4), None)
    graph.node("Mul", None, graph.tensor(1, 4))
    graph.node("Sub", graph.tensor(4), None)
    graph.node("Div", None, graph.tensor(of=[2.0, -3.0, 0.5, 4.0]))
    graph.node("Sub", None, graph.tensor(of=0.25))
    yield "operator_linear_vector", graph

    graph = Graph(2, 3, 4)
    graph.node("Sub", None, graph.tensor(2, 1, 1))
    graph.node("Mul", None, graph.tensor(of=1.5))
    graph.node("ConvTranspose", None, graph.tensor(2, 3, 2, 2), graph.tensor(3))
    graph.node("Div", None, graph.tensor(1, 3, 1, 1))
    graph.node("Add", None, graph.tensor(3, 1, 1))
    graph.node("LayerNormalization", None, graph.tensor(3, 4, 5), axis=1)
    graph.node("Mul", None, graph.tensor(3, 4, 5))
    graph.node("Add", None, graph.tensor(5))
    yield "operator_linear_image", graph

    graph = Graph(2, 5, 4)
    graph.node("Pad", None, graph.integers(0, 0, 2, 1, 0, 0, 2, 1))
    graph.node("Tanh")
    graph.node("Pad", None, graph.integers(0, 0, 0, 1, 0, 0, 1, 0), graph.tensor(of=0.0))
    graph.node("Conv", None, graph.tensor(2, 2, 3, 3), strides=[2, 2])
    yield "operator_pad", graph

    graph = Graph(3, 4)
    one = graph.node("Conv", "x", graph.tensor(3, 3, 1))
    two = graph.node("Relu", one)
    three = graph.node("Tanh", "x")
    four = graph.node("Sum", two, three, "x")
    five = graph.node("Sigmoid", four)
    graph.node("Concat", four, five, four, axis=-2)
    graph.node("Flatten", None, axis=-2)
    six = graph.node("Identity", None)
    graph.node("Add", six, six)
    yield "operator_branches", graph

    # The shape is worked out when the program runs, as older exporters do.
    graph = Graph(2, 3, 4)
    shape = graph.node("Shape", "x")
    batch = graph.node("Gather", shape, graph.tensor(of=0, kind=numpy.int64))
    batch = graph.node("Unsqueeze", batch, graph.integers(0))
    rows = graph.node("Slice", shape, graph.integers(1), graph.integers(2))
    shape = graph.node("Concat", batch, rows, graph.integers(-1), axis=0)
    graph.node("Reshape", "x", shape)
    weight = graph.node("Transpose", graph.tensor(5, 2), perm=[1, 0])
    weight = graph.node("Reshape", weight, graph.integers(5, 2, 1))
    weight = graph.node("Mul", weight, graph.tensor(of=3.0))
    graph.node("Conv", "v5", weight)
    yield "operator_folded", graph

    # The zeros of the padding are left out of the mean.
    graph = Graph(2, 8, 7, opset=20)
    graph.node("AveragePool", kernel_shape=[3, 2], strides=[2, 1], pads=[1, 1, 1, 1])
    graph.node("Gelu", approximate="tanh")
    graph.node("AveragePool", kernel_shape=[3, 3], auto_pad="SAME_UPPER", count_include_pad=0)
    graph.node("Gelu", approximate="none")
    yield "operator_pools_of_pixels", graph


def refused():
    """A graph for which there is no layer."""
    graph = Graph(4)
    graph.node("Gemm", None, graph.tensor(4, 3))
    graph.node("HardSwish")
    return graph


def main(folder):
    folder = Path(folder)
    refused().write(folder.parent / "ui", "hard_swish")
    for end in ["input", "output"]:
        (folder.parent / "ui" / f"hard_swish.{end}").unlink()
    for name, graph in graphs():
        try:
            graph.write(folder, name)
        except Exception as error:
            print(f"{name}: {error}", file=sys.stderr)


main(sys.argv[1])
