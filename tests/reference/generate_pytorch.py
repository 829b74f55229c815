"""Writes state dicts as PyTorch saves them, with inputs and outputs, for tests/pytorch.rs.

    pip install torch==2.15.0 safetensors numpy
    python tests/reference/generate_pytorch.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = Path(__file__).parent / "pytorch"


def write(name, module, *shape, dtype=torch.float32):
    """The state dict of a module in use, its input of three samples and its output."""
    torch.manual_seed(len(name))
    module = module.to(dtype)
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, dtype=torch.float64).add(0.1).to(tensor.dtype))
    module.eval()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.sub_(0.6)
        input = torch.randn(3, *shape, dtype=torch.float32).to(dtype)
        output = module.to(torch.float32)(input.to(torch.float32))
        state = {key: value.contiguous() for key, value in module.to(dtype).state_dict().items()}
    save_file(state, FOLDER / f"{name}.safetensors", metadata={"format": "pt"})
    save_file({"input": input.float().contiguous(), "output": output.contiguous()}, FOLDER / f"{name}.samples.safetensors")


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 5)
        self.blocks = nn.ModuleList([nn.ModuleDict({"fc": nn.Linear(5, 5)}) for _ in range(2)])
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        x = torch.relu(self.hidden(x))
        for block in self.blocks:
            x = torch.tanh(block["fc"](x))
        return self.head(x)


FOLDER.mkdir(exist_ok=True)
write("square", nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3)), 3)
write(
    "convnet",
    nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, groups=2), nn.BatchNorm2d(4), nn.PReLU(4), nn.MaxPool2d(2),
        nn.ConvTranspose2d(4, 6, (3, 2), stride=2, padding=1, output_padding=(1, 1), groups=2),
        nn.GroupNorm(3, 6), nn.Dropout(0.5), nn.Flatten(), nn.Linear(6 * 6 * 5, 4), nn.LayerNorm(4),
    ),
    2, 6, 6,
)
write("sequence", nn.Sequential(nn.Conv1d(3, 4, 3, stride=2), nn.ConvTranspose1d(4, 2, 3), nn.Flatten()), 3, 9)
write("named", Named(), 4)
write("half", nn.Sequential(nn.Linear(3, 2)), 3, dtype=torch.float16)
write("brain", nn.Sequential(nn.Linear(3, 2)), 3, dtype=torch.bfloat16)
write("double", nn.Sequential(nn.Linear(3, 2)), 3, dtype=torch.float64)
