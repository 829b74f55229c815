"""Writes settings.txt, what PyTorch gives for normalisations and a LeakyReLU whose settings are not the usual ones, for
tests/reference.rs.

    python tests/reference/settings.py > tests/reference/settings.txt

Needs `pip install torch`; the tests do not. As generate.py, in float32, on one thread.
"""

import torch
from torch.nn import functional as F

torch.manual_seed(20250612)
torch.set_num_threads(1)
print(f"# PyTorch {torch.__version__}, float32, by tests/reference/settings.py; do not edit.")

SAMPLES = 3


def write(name, tensor):
    numbers = tensor.detach().to(torch.float32).flatten().tolist()
    # Nine digits tell every float32 from its neighbours.
    print(f"{name}: {' '.join(f'{number:.9g}' for number in numbers)}")


def backward(name, output, leaves):
    """Gradients of sum(output * factor), so that every output matters."""
    factor = torch.randn_like(output)
    (output * factor).sum().backward()
    write(f"{name}.output", output)
    write(f"{name}.grad_output", factor)
    for leaf, tensor in leaves.items():
        write(f"{name}.{leaf}", tensor)
        write(f"{name}.grad_{leaf}", tensor.grad)


CASES = {
    "batch_norm_of_settings": ((6,), {"eps": 0.1, "momentum": 0.3}),
    "batch_norm_of_epsilon": ((4, 3, 5), {"eps": 0.01}),
    "batch_norm_of_momentum": ((4, 3, 5), {"momentum": 1.0}),
    "layer_norm_of_epsilon": ((4, 3, 5), {"eps": 0.1}),
    "group_norm_of_epsilon": ((4, 3, 5), {"eps": 0.01}),
}
for name, (sizes, settings) in CASES.items():
    of_weights = sizes if name.startswith("layer_norm") else sizes[:1]
    # Small numbers, beside which an epsilon matters.
    input = (0.5 * torch.randn(SAMPLES, *sizes) + 1).requires_grad_()
    weight, bias = torch.randn(of_weights, requires_grad=True), torch.randn(of_weights, requires_grad=True)
    mean, variance = torch.zeros(sizes[0]), torch.ones(sizes[0])
    if name.startswith("layer_norm"):
        output = F.layer_norm(input, sizes, weight, bias, **settings)
    elif name.startswith("group_norm"):
        output = F.group_norm(input, 2, weight, bias, **settings)
    else:
        output = F.batch_norm(input, mean, variance, weight, bias, training=True, **settings)
    backward(name, output, {"input": input, "weight": weight, "bias": bias})
    if name.startswith("batch_norm"):
        write(f"{name}.running_mean", mean)
        write(f"{name}.running_variance", variance)
        write(f"{name}.used", F.batch_norm(input, mean, variance, weight, bias, **settings))

input = (3 * torch.randn(SAMPLES, 8)).requires_grad_()
backward("leaky_relu_of_slope", F.leaky_relu(input, 0.2), {"input": input})
