"""Compares what `cargo run --release --example exchange -- FOLDER` wrote: `python exchange.py FOLDER`.

Each network in ONNX Runtime against the logits of dimwise.
"""

import sys
from pathlib import Path

import numpy
import onnxruntime

TOLERANCE = 1e-5


def difference(folder):
    """The largest difference, relative to numbers above 1."""
    inputs, logits = numpy.load(folder / "inputs.npy"), numpy.load(folder / "logits.npy")
    assert inputs.dtype == logits.dtype == numpy.float32 and logits.shape == (100, 10), (inputs.dtype, logits.shape)
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: inputs})
    return float((numpy.abs(found - logits) / numpy.maximum(1, numpy.abs(logits))).max())


def main(folder):
    networks = sorted(path.parent for path in Path(folder).glob("*/model.onnx"))
    assert len(networks) == 6, networks
    right = True
    for network in networks:
        off = difference(network)
        print(f"{network.name} in ONNX Runtime: largest difference {off:.1e}")
        right = right and off <= TOLERANCE
    sys.exit(not right)


main(sys.argv[1])
