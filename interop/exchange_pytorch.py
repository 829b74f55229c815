"""Exchanges networks with PyTorch, both ways: `python exchange_pytorch.py FOLDER`.

The folder is what `cargo run --release --example exchange -- FOLDER` wrote. The weights of each network are loaded and
their logits compared with those of dimwise; then each network is trained here for some steps, from weights of its own, and
`pytorch.safetensors` and `pytorch_logits.npy` are left for `cargo run --release --example exchange -- FOLDER back`. Needs
`torch` (gigabytes), `safetensors` and `numpy`; made with torch 2.15.0.
"""

import sys
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from torch import nn

TOLERANCE = 1e-5


class Residual(nn.Module):
    """`Residual<[…], […]>`: two branches that are added."""

    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x):
        return self.first(x) + self.second(x)


def conv3x3(channels, filters, stride=1, padding=1):
    return nn.Conv2d(channels, filters, 3, stride=stride, padding=padding)


def block(channels, filters, stride):
    """A block of `ResNet`; where it changes the shape, a convolution goes beside it."""
    first = nn.Sequential(
        conv3x3(channels, filters, stride), nn.BatchNorm2d(filters), nn.ReLU(),
        conv3x3(filters, filters), nn.BatchNorm2d(filters),
    )
    if stride == 1:
        return Residual(first, nn.Identity())
    return Residual(first, nn.Sequential(nn.Conv2d(channels, filters, 1, stride=stride), nn.BatchNorm2d(filters)))


class Mean(nn.Module):
    """`GlobalAvgPool2d<_>`"""

    def forward(self, x):
        return x.mean((2, 3))


# As src/models.rs has them, layer by layer: so each is called by its index.
NETWORKS = {
    "two_layer_net": lambda: nn.Sequential(nn.Linear(784, 50), nn.ReLU(), nn.Linear(50, 10)),
    "neural_net": lambda: nn.Sequential(
        nn.Linear(784, 50), nn.Sigmoid(), nn.Linear(50, 100), nn.Sigmoid(), nn.Linear(100, 10)
    ),
    "simple_conv_net": lambda: nn.Sequential(
        nn.Conv2d(1, 30, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4320, 100), nn.ReLU(), nn.Linear(100, 10)
    ),
    "deep_conv_net": lambda: nn.Sequential(
        conv3x3(1, 16), nn.ReLU(), conv3x3(16, 16), nn.ReLU(), nn.MaxPool2d(2),
        conv3x3(16, 32), nn.ReLU(), conv3x3(32, 32, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        conv3x3(32, 64), nn.ReLU(), conv3x3(64, 64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1024, 50), nn.ReLU(), nn.Dropout(0.5), nn.Linear(50, 10), nn.Dropout(0.5),
    ),
    "le_net_5": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    ),
    "res_net": lambda: nn.Sequential(
        conv3x3(1, 16), nn.BatchNorm2d(16), nn.ReLU(), block(16, 16, 1), nn.ReLU(), block(16, 32, 2), nn.ReLU(),
        block(32, 64, 2), nn.ReLU(), Mean(), nn.Linear(64, 10),
    ),
}


def logits(network, inputs):
    network.eval()
    with torch.no_grad():
        return network(inputs).numpy()


def train(network, inputs, classes):
    """Twenty steps on the samples, towards the classes that dimwise found."""
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(inputs), classes).backward()
        optimizer.step()


def exchange(folder, make):
    """The largest difference between PyTorch and dimwise, relative to numbers above 1."""
    inputs, expected = torch.from_numpy(numpy.load(folder / "inputs.npy")), numpy.load(folder / "logits.npy")
    network = make()
    # A file of dimwise has no counters of batches; all else must be there.
    found = network.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    missing = [name for name in found.missing_keys if not name.endswith("num_batches_tracked")]
    assert not missing and not found.unexpected_keys, (missing, found.unexpected_keys)
    off = numpy.abs(logits(network, inputs) - expected) / numpy.maximum(1, numpy.abs(expected))

    torch.manual_seed(1)
    network = make()
    train(network, inputs, torch.from_numpy(expected.argmax(1)))
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, folder / "pytorch.safetensors")
    numpy.save(folder / "pytorch_logits.npy", logits(network, inputs))
    return float(off.max())


def main(folder):
    right = True
    for name, make in NETWORKS.items():
        off = exchange(Path(folder) / name, make)
        print(f"{name} in PyTorch: largest difference {off:.1e}")
        right = right and off <= TOLERANCE
    sys.exit(not right)


main(sys.argv[1])
