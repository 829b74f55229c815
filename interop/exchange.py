"""Compares what `cargo run --release --example exchange -- FOLDER` wrote: `python exchange.py FOLDER`.

The network in ONNX Runtime and, where it is installed, its weights in PyTorch against the logits of dimwise.
"""

import sys
from pathlib import Path

import numpy
import onnxruntime

TOLERANCE = 1e-5


def compare(name, found, expected):
    off = float((numpy.abs(found - expected) / numpy.maximum(1, numpy.abs(expected))).max())
    print(f"{name}: largest difference {off:.1e}")
    return off <= TOLERANCE


def with_pytorch(folder, inputs):
    import torch
    from safetensors.torch import load_file
    from torch import nn

    network = nn.Sequential(
        nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4320, 100), nn.ReLU(), nn.Linear(100, 10)
    )
    network.load_state_dict(load_file(folder / "model.safetensors"))
    with torch.no_grad():
        return network(torch.from_numpy(inputs)).numpy()


def main(folder):
    inputs, logits = numpy.load(folder / "inputs.npy"), numpy.load(folder / "logits.npy")
    assert inputs.shape == (100, 1, 28, 28) and logits.shape == (100, 10), (inputs.shape, logits.shape)
    assert inputs.dtype == logits.dtype == numpy.float32
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: inputs})
    right = compare("ONNX Runtime", found, logits)
    try:
        found = with_pytorch(folder, inputs)
    except ModuleNotFoundError as error:
        print(f"PyTorch: skipped, {error}")
    else:
        right = compare("PyTorch", found, logits) and right
    sys.exit(not right)


main(Path(sys.argv[1]))
