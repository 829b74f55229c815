"""Writes graph.txt, what PyTorch's autograd gives for the formulas of tests/graph.rs.

    python tests/reference/graph.py > tests/reference/graph.txt

Needs `pip install torch`; the tests do not. One line a tensor, `name: numbers`, row-major, in float64.
"""

import torch

torch.manual_seed(20240918)
torch.set_num_threads(1)
print(f"# PyTorch {torch.__version__}, float64, by tests/reference/graph.py; do not edit.")


def write(name, tensor):
    # Seventeen digits tell every float64 from its neighbours.
    print(f"{name}: {' '.join(f'{number:.17g}' for number in tensor.detach().flatten().tolist())}")


def reference(name, formula, **shapes):
    leaves = {leaf: torch.randn(shape, dtype=torch.float64, requires_grad=True) for leaf, shape in shapes.items()}
    value = formula(**leaves)
    value.backward()
    write(f"{name}.value", value)
    for leaf, tensor in leaves.items():
        write(f"{name}.{leaf}", tensor)
        write(f"{name}.grad_{leaf}", tensor.grad)


reference("formula", lambda x, y: ((x * y).exp() / (1 + x.square()) - 2 / y).tanh().sum(), x=(5,), y=(5,))
reference(
    "softmax_cross_entropy", lambda x, y: -(y.square() * x.log_softmax(0)).sum(), x=(5,), y=(5,)
)
reference(
    "two_layers",
    lambda x, w1, b1, w2, b2: ((x @ w1 + b1).sigmoid() @ w2 + b2).relu().square().mean(),
    x=(4, 3),
    w1=(3, 6),
    b1=(6,),
    w2=(6, 2),
    b2=(2,),
)


def normalised(x, scale):
    centred = x - x.mean()
    return (centred / (centred.square().mean() + 1e-5).sqrt() * scale).pow(3).sum()


reference("normalised", normalised, x=(2, 3, 2), scale=())
reference("largest", lambda x, y: torch.maximum(x, y).sum() * (x * y).max(), x=(2, 3), y=(2, 3))
