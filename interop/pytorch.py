"""Writes what `onnx/tests/import.rs` imports: `python pytorch.py ../onnx/tests/models`.

Each model is exported by PyTorch, with an input of three samples and its output beside it: `NAME.onnx`, `NAME.input`,
`NAME.output`. The files are committed, so that no test needs PyTorch. Made with torch 2.15.0, onnx 1.23.2 and
onnxscript 0.7.2.
"""

import sys
from pathlib import Path

import torch
from torch import nn


class Residual(nn.Module):
    """A block whose image is halved, then one that keeps its shape."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1, bias=False), nn.BatchNorm2d(6),
        )
        self.shortcut = nn.Sequential(nn.Conv2d(3, 6, 1, stride=2, bias=False), nn.BatchNorm2d(6))
        self.second = nn.Sequential(nn.Conv2d(6, 6, 3, padding=1), nn.SiLU(), nn.Conv2d(6, 6, 3, padding=1))
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = torch.relu(self.shortcut(x) + self.first(x))
        x = torch.relu(self.second(x) + x)
        return self.head(x.mean(dim=(2, 3)))


class Inception(nn.Module):
    """Three branches along the channels, then a dense block."""

    def __init__(self):
        super().__init__()
        self.narrow = nn.Conv2d(2, 3, 1)
        self.wide = nn.Sequential(nn.Conv2d(2, 2, 1), nn.GELU(), nn.Conv2d(2, 4, 3, padding=1))
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.more = nn.Conv2d(9, 3, 3, padding=1)
        self.head = nn.Linear(12 * 5 * 4, 3)

    def forward(self, x):
        x = torch.cat([self.narrow(x), self.wide(x), self.pool(x)], dim=1)
        x = torch.cat([x, torch.tanh(self.more(x))], dim=1)
        return self.head(x.view(x.size(0), -1))


class Normalised(nn.Module):
    """An image that is scaled by its channels' means and deviations."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([0.2, 0.3, 0.4]).view(1, 3, 1, 1))
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Hardtanh(0.0, 1e30), nn.Flatten(), nn.Linear(4 * 4 * 3, 2))

    def forward(self, x):
        return 2.0 * self.layers((x - self.mean) / self.deviation) - 1.0


class Formulas(nn.Module):
    """Formulas that no operator of older opsets has."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(6, 6) for _ in range(5))
        self.norm = nn.LayerNorm(6)

    def forward(self, x):
        x = self.layers[0](x)
        x = x * torch.sigmoid(x)
        x = self.layers[1](x)
        x = 0.5 * x * (1.0 + torch.erf(x / 2.0**0.5))
        x = self.layers[2](x)
        x = (x - x.mean(-1, keepdim=True)) / torch.sqrt(x.var(-1, keepdim=True, unbiased=False) + 1e-5)
        x = self.layers[3](x * self.norm.weight + self.norm.bias)
        x = torch.log(1.0 + torch.exp(x))
        x = self.layers[4](x)
        return torch.exp(x) / torch.exp(x).sum(-1, keepdim=True)


def models():
    """Name, model, shape of a sample."""
    yield "mlp", nn.Sequential(nn.Linear(4, 80), nn.ReLU(), nn.Linear(80, 3, bias=False)), (4,)
    yield "activations", nn.Sequential(
        nn.Linear(5, 8), nn.SiLU(), nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8), nn.ELU(), nn.Linear(8, 8),
        nn.Softplus(), nn.Linear(8, 8), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.LeakyReLU(), nn.Linear(8, 8),
        nn.PReLU(8), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Sigmoid(), nn.Dropout(0.5), nn.Identity(),
        nn.Linear(8, 4), nn.LogSoftmax(-1),
    ), (5,)
    yield "convnet", nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3, stride=2, groups=2), nn.PReLU(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(8, 3), nn.Softmax(-1),
    ), (1, 10, 12)
    yield "windows", nn.Sequential(
        nn.Conv2d(2, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2)), nn.ReLU(),
        nn.Conv2d(6, 6, 3, padding="same", groups=6), nn.AvgPool2d(3, stride=2, padding=1), nn.Tanh(),
        nn.MaxPool2d((2, 3), stride=(1, 2), padding=(1, 1)), nn.Flatten(), nn.LazyLinear(4),
    ), (2, 9, 8)
    yield "uneven", nn.Sequential(
        nn.Conv2d(2, 3, (2, 4), padding="same"), nn.ReLU(), nn.ZeroPad2d((0, 1, 2, 1)), nn.Conv2d(3, 4, 3, stride=2),
        nn.ZeroPad2d((2, 2, 1, 1)), nn.Tanh(), nn.Flatten(), nn.LazyLinear(3),
    ), (2, 6, 7)
    yield "sequence", nn.Sequential(
        nn.Conv1d(2, 6, 3, padding=2, dilation=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(6, 4, 3, groups=2),
        nn.ConvTranspose1d(4, 3, 3, stride=2), nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(3, 2),
    ), (2, 16)
    yield "transposed", nn.Sequential(
        nn.Linear(6, 16), nn.Unflatten(1, (4, 2, 2)),
        nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), nn.ReLU(),
        nn.ConvTranspose2d(6, 1, (2, 3), stride=(2, 1), dilation=(1, 2)), nn.Sigmoid(),
    ), (6,)
    yield "norms", nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4), nn.ReLU(), nn.InstanceNorm2d(4, affine=True), nn.Flatten(),
        nn.LayerNorm(4 * 4 * 3), nn.Linear(4 * 4 * 3, 5), nn.BatchNorm1d(5, eps=1e-3), nn.Dropout(0.2),
    ), (1, 6, 5)
    yield "residual", Residual(), (3, 8, 8)
    yield "inception", Inception(), (2, 5, 4)
    yield "normalised", Normalised(), (3, 6, 5)
    yield "formulas", Formulas(), (6,)
    yield "approximate", nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1), nn.GELU(approximate="tanh"),
        nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), nn.GELU(approximate="tanh"), nn.Flatten(),
        nn.LazyLinear(4), nn.GELU(approximate="tanh"),
    ), (2, 7, 8)
    yield "double", nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double(), (3,)


def randomise(model):
    """Statistics and norms that are none of those at the beginning."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.uniform_(-1, 1)
            module.running_var.uniform_(0.5, 2)
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d, nn.LayerNorm)):
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(-0.5, 0.5)


def export(folder, name, model, shape):
    torch.manual_seed(sum(map(ord, name)))
    double = next(model.parameters()).dtype == torch.float64
    sample = torch.randn(3, *shape, dtype=torch.float64 if double else torch.float32)
    with torch.no_grad():
        model(sample)
        randomise(model)
        model.eval()
        output = model(sample)
    # By the older exporter, for one sample; by the newer one, for any number. One has its weights in a file of their own.
    old, new = folder / f"{name}_old.onnx", folder / f"{name}.onnx"
    torch.onnx.export(model, (sample[:1],), old, dynamo=False, opset_version=13, do_constant_folding=True)
    torch.onnx.export(
        model, (sample,), new, dynamo=True, external_data=name == "mlp", dynamic_shapes=({0: torch.export.Dim("batch")},),
    )
    sample.numpy().tofile(folder / f"{name}.input")
    output.numpy().tofile(folder / f"{name}.output")


def main(folder):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    for name, model, shape in models():
        try:
            export(folder, name, model, shape)
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)


main(sys.argv[1])
