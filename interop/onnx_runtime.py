"""Compares exported networks with ONNX Runtime: `python onnx_runtime.py FOLDER`.

The folder holds, of each network, `NAME.onnx`, three samples in `NAME.input`, and what dimwise computes of them in
`NAME.output`. All three are run at once, and the first one by itself: the batch is free.
"""

import sys
from pathlib import Path

import numpy
import onnxruntime

TOLERANCE = 1e-5
TYPES = {"tensor(float)": numpy.float32, "tensor(double)": numpy.float64}


def samples(path, info):
    """The numbers of a file, in the shape of a graph's input or output."""
    return numpy.fromfile(path, TYPES[info.type]).reshape(-1, *info.shape[1:])


def difference(network):
    """The largest difference, relative to numbers above 1."""
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    (into,), (out,) = session.get_inputs(), session.get_outputs()
    inputs = samples(network.with_suffix(".input"), into)
    expected = samples(network.with_suffix(".output"), out)
    assert len(inputs) == len(expected) == 3, (inputs.shape, expected.shape)
    worst = 0.0
    for count in (3, 1):
        (found,) = session.run(None, {into.name: inputs[:count]})
        assert found.shape == expected[:count].shape, (found.shape, expected.shape)
        assert numpy.isfinite(found).all()
        off = numpy.abs(found - expected[:count]) / numpy.maximum(1, numpy.abs(expected[:count]))
        worst = max(worst, float(off.max()))
    return worst


def main(folder):
    networks = sorted(Path(folder).glob("*.onnx"))
    assert networks, f"no network in {folder}"
    differences = {}
    for network in networks:
        try:
            differences[network.stem] = difference(network)
        except Exception as error:
            print(f"{network.stem}: {error}")
            differences[network.stem] = numpy.inf
    name = max(differences, key=differences.get)
    wrong = {name: off for name, off in differences.items() if off > TOLERANCE}
    print(f"{len(networks)} networks, largest difference {differences[name]:.1e} ({name})")
    for name, off in wrong.items():
        print(f"wrong: {name}, {off:.1e}")
    sys.exit(bool(wrong))


main(sys.argv[1])
