"""Writes optimizers.txt, twenty steps of each optimizer for tests/optimizers.rs.

    python tests/reference/optimizers.py > tests/reference/optimizers.txt

Needs `pip install torch numpy`; the tests do not. One line a tensor, `name: numbers`, row-major; weights are
[in, out] as in dimwise, so the transpose of PyTorch's. All in float64, on one thread. Settings are not the usual
ones, so that each of them matters. Lion and LAMB, which PyTorch does not have, are their papers' formulas in numpy.
"""

import copy

import numpy
import torch
from torch import optim
from torch.nn import functional as F
from torch.optim import swa_utils

torch.manual_seed(20250611)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
print(f"# PyTorch {torch.__version__}, float64, by tests/reference/optimizers.py; do not edit.")

STEPS = 20


def write(name, tensor):
    numbers = tensor.detach().flatten().tolist()
    # Seventeen digits tell every float64 from its neighbours.
    print(f"{name}: {' '.join(f'{number:.17g}' for number in numbers)}")


class Net(torch.nn.Module):
    """[Affine<U6, U5>, Tanh<_>, Affine<_, U4>, Sigmoid<_>, Affine<_, U3>]"""

    def __init__(self):
        super().__init__()
        sizes = {"w0": (6, 5), "b0": (5,), "w2": (5, 4), "b2": (4,), "w4": (4, 3), "b4": (3,)}
        for name, size in sizes.items():
            setattr(self, name, torch.nn.Parameter(torch.randn(size)))

    def forward(self, input):
        hidden = torch.tanh(input @ self.w0 + self.b0)
        return torch.sigmoid(hidden @ self.w2 + self.b2) @ self.w4 + self.b4

    def flat(self):
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters()])


START = Net()
INPUT, CLASSES = torch.randn(8, 6), torch.randint(3, (8,))
write("start", START.flat())
write("input", INPUT)
write("classes", CLASSES)


def differentiate(net):
    net.zero_grad()
    loss = F.cross_entropy(net(INPUT), CLASSES)
    loss.backward()
    return loss


def train(name, make, after=lambda step, net: None):
    net = copy.deepcopy(START)
    optimizer = make(net)
    losses = []
    for step in range(STEPS):
        losses.append(differentiate(net).detach())
        optimizer.step()
        after(step, net)
    write(f"{name}.losses", torch.stack(losses))
    write(f"{name}.parameters", net.flat())


def weights(net):
    return [parameter for parameter in net.parameters() if parameter.dim() > 1]


def biases(net):
    return [parameter for parameter in net.parameters() if parameter.dim() == 1]


def decayed(net, weight_decay):
    """Only weights decay in dimwise; PyTorch would decay biases, too."""
    return [{"params": weights(net), "weight_decay": weight_decay}, {"params": biases(net), "weight_decay": 0.0}]


class Lion:
    """Chen et al., 2023, algorithm 2."""

    def __init__(self, net, rate, beta1, beta2, weight_decay):
        self.net, self.rate, self.beta1, self.beta2, self.weight_decay = net, rate, beta1, beta2, weight_decay
        self.means = [numpy.zeros(parameter.shape) for parameter in net.parameters()]

    def step(self):
        for parameter, mean in zip(self.net.parameters(), self.means):
            numbers, gradient = parameter.data.numpy(), parameter.grad.numpy()
            update = numpy.sign(self.beta1 * mean + (1 - self.beta1) * gradient)
            mean[...] = self.beta2 * mean + (1 - self.beta2) * gradient
            decay = self.weight_decay if parameter.dim() > 1 else 0.0
            numbers -= self.rate * (update + decay * numbers)


class Lamb:
    """You et al., 2020, algorithm 2, with the identity as its function of norms."""

    def __init__(self, net, rate, beta1, beta2, epsilon, weight_decay):
        self.net, self.rate, self.beta1, self.beta2 = net, rate, beta1, beta2
        self.epsilon, self.weight_decay, self.steps = epsilon, weight_decay, 0
        self.means = [numpy.zeros(parameter.shape) for parameter in net.parameters()]
        self.squares = [numpy.zeros(parameter.shape) for parameter in net.parameters()]

    def step(self):
        self.steps += 1
        for parameter, mean, square in zip(self.net.parameters(), self.means, self.squares):
            numbers, gradient = parameter.data.numpy(), parameter.grad.numpy()
            mean[...] = self.beta1 * mean + (1 - self.beta1) * gradient
            square[...] = self.beta2 * square + (1 - self.beta2) * gradient**2
            corrected = mean / (1 - self.beta1**self.steps)
            ratio = corrected / (numpy.sqrt(square / (1 - self.beta2**self.steps)) + self.epsilon)
            update = ratio + (self.weight_decay if parameter.dim() > 1 else 0.0) * numbers
            norm, of_update = numpy.linalg.norm(numbers), numpy.linalg.norm(update)
            trust = norm / of_update if norm > 0 and of_update > 0 else 1.0
            numbers -= self.rate * trust * update


def rms_prop(net, **options):
    return optim.RMSprop(net.parameters(), lr=0.01, alpha=0.9, eps=1e-3, **options)


BETAS = {"betas": (0.8, 0.95), "eps": 1e-3}
OPTIMIZERS = {
    "sgd": lambda net: optim.SGD(net.parameters(), lr=0.1),
    "momentum": lambda net: optim.SGD(net.parameters(), lr=0.1, momentum=0.7),
    "nesterov": lambda net: optim.SGD(net.parameters(), lr=0.1, momentum=0.7, nesterov=True),
    "ada_grad": lambda net: optim.Adagrad(net.parameters(), lr=0.1, eps=1e-3),
    "rms_prop": lambda net: rms_prop(net),
    "rms_prop_momentum": lambda net: rms_prop(net, momentum=0.7),
    "centered_rms_prop": lambda net: rms_prop(net, centered=True),
    "centered_rms_prop_momentum": lambda net: rms_prop(net, centered=True, momentum=0.7),
    "adam": lambda net: optim.Adam(net.parameters(), lr=0.05, **BETAS),
    "adam_w": lambda net: optim.AdamW(decayed(net, 0.3), lr=0.05, **BETAS),
    "ams_grad": lambda net: optim.Adam(net.parameters(), lr=0.05, amsgrad=True, **BETAS),
    "ams_grad_w": lambda net: optim.AdamW(decayed(net, 0.3), lr=0.05, amsgrad=True, **BETAS),
    "r_adam": lambda net: optim.RAdam(net.parameters(), lr=0.05, **BETAS),
    "r_adam_w": lambda net: optim.RAdam(decayed(net, 0.3), lr=0.05, decoupled_weight_decay=True, **BETAS),
    "lion": lambda net: Lion(net, 0.01, 0.8, 0.95, 0.3),
    "lamb": lambda net: Lamb(net, 0.05, 0.8, 0.95, 1e-3, 0.0),
    "lamb_w": lambda net: Lamb(net, 0.05, 0.8, 0.95, 1e-3, 0.3),
    "adafactor": lambda net: optim.Adafactor(
        decayed(net, 0.3), lr=0.2, beta2_decay=-0.6, eps=(1e-2, 0.1), d=1.01
    ),
}
for name, make in OPTIMIZERS.items():
    train(name, make)


def grouped(net, make):
    """Layer 0 is frozen; layer 4 has a tenth of the rate, and its weights do not decay."""
    net.w0.requires_grad_(False)
    net.b0.requires_grad_(False)
    return make(
        [
            {"params": [net.w2], "weight_decay": 0.3},
            {"params": [net.b2], "weight_decay": 0.0},
            {"params": [net.w4, net.b4], "weight_decay": 0.0, "lr": 0.005},
        ]
    )


train("groups_of_adam_w", lambda net: grouped(net, lambda groups: optim.AdamW(groups, lr=0.05, **BETAS)))
train("groups_of_momentum", lambda net: grouped(net, lambda groups: optim.SGD(
    [{**group, "weight_decay": 0.0} for group in groups], lr=0.05, momentum=0.7)))


class Scheduled:
    """AdamW whose third group has a tenth of a rate that decays."""

    def __init__(self, net):
        self.optimizer = grouped(net, lambda groups: optim.AdamW(groups, lr=0.05, **BETAS))
        self.scheduler = optim.lr_scheduler.ExponentialLR(self.optimizer, 0.9)

    def step(self):
        self.optimizer.step()
        self.scheduler.step()


train("groups_on_a_schedule", Scheduled)


def averages():
    """Of the parameters after each step, and after every third one from the seventh on."""
    exponential = swa_utils.AveragedModel(START, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.8))
    uniform = swa_utils.AveragedModel(START)

    def after(step, net):
        exponential.update_parameters(net)
        if step >= 6 and (step - 6) % 3 == 0:
            uniform.update_parameters(net)

    train("averaged", lambda net: optim.SGD(net.parameters(), lr=0.1, momentum=0.7), after)
    write("averaged.exponential", exponential.module.flat())
    write("averaged.uniform", uniform.module.flat())


averages()


def clipped_by_group():
    net = copy.deepcopy(START)
    differentiate(net)
    write("clip.gradients", torch.cat([parameter.grad.flatten() for parameter in net.parameters()]))
    # PyTorch divides by the norm plus 1e-6; dimwise by the norm.
    for parameter in net.parameters():
        norm = parameter.grad.norm()
        if norm > 0.05:
            parameter.grad *= 0.05 / norm
    write("clip.each_tensor", torch.cat([parameter.grad.flatten() for parameter in net.parameters()]))


clipped_by_group()


def lbfgs(name, steps, **options):
    net = copy.deepcopy(START)
    optimizer = optim.LBFGS(net.parameters(), line_search_fn="strong_wolfe", **options)
    evaluations, losses = 0, []

    def closure():
        nonlocal evaluations
        evaluations += 1
        # A penalty: without it the smallest loss is at infinity.
        net.zero_grad()
        loss = F.cross_entropy(net(INPUT), CLASSES) + sum(0.005 * p.square().sum() for p in net.parameters())
        loss.backward()
        return loss

    for _ in range(steps):
        losses.append(optimizer.step(closure).detach())
    write(f"{name}.losses", torch.stack(losses))
    write(f"{name}.evaluations", torch.tensor([evaluations]))
    write(f"{name}.parameters", net.flat())


lbfgs("lbfgs", 1, max_iter=20, max_eval=100)
lbfgs("lbfgs_of_short_history", 5, max_iter=4, history_size=3, lr=0.8)
lbfgs("lbfgs_to_the_end", 6, max_iter=20, tolerance_grad=1e-5, tolerance_change=1e-12)
