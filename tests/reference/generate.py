"""Writes numbers.txt, what PyTorch gives for the cases of tests/reference.rs.

    python tests/reference/generate.py > tests/reference/numbers.txt

Needs `pip install torch`; the tests do not. One line a tensor, `name: numbers`, row-major; weights
are [in, out] as in dimwise, so the transpose of PyTorch's. All in float32, on one thread.
"""

import torch
from torch.nn import functional as F

torch.manual_seed(20240917)
torch.set_num_threads(1)
print(f"# PyTorch {torch.__version__}, float32, by tests/reference/generate.py; do not edit.")

SAMPLES = 3


def write(name, tensor):
    numbers = tensor.detach().to(torch.float32).flatten().tolist()
    # Nine digits tell every float32 from its neighbours.
    print(f"{name}: {' '.join(f'{number:.9g}' for number in numbers)}")


def draw(*sizes):
    return torch.randn(*sizes, requires_grad=True)


def backward(name, output, leaves):
    """Gradients of sum(output * factor), so that every output matters."""
    factor = torch.randn_like(output)
    (output * factor).sum().backward()
    write(f"{name}.output", output)
    write(f"{name}.grad_output", factor)
    for leaf, tensor in leaves.items():
        write(f"{name}.{leaf}", tensor)
        write(f"{name}.grad_{leaf}", tensor.grad)


def affine():
    input, weight, bias = draw(SAMPLES, 6), draw(6, 5), draw(5)
    backward("affine", input @ weight + bias, {"input": input, "weight": weight, "bias": bias})


def activations():
    functions = {"relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "identity": lambda x: x * 1}
    for name, function in functions.items():
        input = (3 * torch.randn(SAMPLES, 8)).requires_grad_()
        backward(name, function(input), {"input": input})


def loss(name, output, target, value):
    value.backward()
    write(f"{name}.output", output)
    write(f"{name}.target", target)
    write(f"{name}.loss", value)
    write(f"{name}.gradient", output.grad)


def losses():
    def logits():
        return (4 * torch.randn(SAMPLES, 5)).requires_grad_()

    classes = torch.randint(5, (SAMPLES,))
    output = logits()
    loss("cross_entropy_class", output, classes, F.cross_entropy(output, classes))
    probabilities = torch.randn(SAMPLES, 5).softmax(1)
    output = logits()
    loss("cross_entropy_probabilities", output, probabilities, F.cross_entropy(output, probabilities))
    output = logits()
    masses = probabilities * torch.tensor([[0.25], [1.5], [3.0]])
    loss("cross_entropy_masses", output, masses, F.cross_entropy(output, masses))
    output, target = draw(SAMPLES, 5), torch.randn(SAMPLES, 5)
    loss("mean_squared_error", output, target, F.mse_loss(output, target))
    output, target = draw(SAMPLES, 2, 3, 2), torch.randn(SAMPLES, 2, 3, 2)
    loss("mean_squared_error_rank_3", output, target, F.mse_loss(output, target))


class Net:
    """[Affine<U6, U5>, Relu<U5>, Affine<U5, U4>, Sigmoid<U4>, Affine<U4, U3>]"""

    def __init__(self, numbers=None):
        sizes = [(6, 5), (5,), (5, 4), (4,), (4, 3), (3,)]
        self.parameters = [draw(*size) for size in sizes]
        if numbers is not None:
            for parameter, values in zip(self.parameters, numbers):
                parameter.data.copy_(values)

    def __call__(self, input):
        w0, b0, w2, b2, w4, b4 = self.parameters
        hidden = F.relu(input @ w0 + b0)
        return torch.sigmoid(hidden @ w2 + b2) @ w4 + b4

    def flat(self):
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters])

    def flat_gradients(self):
        return torch.cat([parameter.grad.flatten() for parameter in self.parameters])


def network():
    samples = 8
    net, input, classes = Net(), draw(samples, 6), torch.randint(3, (samples,))
    start = [parameter.detach().clone() for parameter in net.parameters]
    write("network.parameters", net.flat())
    output = net(input)
    output.retain_grad()
    loss("network", output, classes, F.cross_entropy(output, classes))
    write("network.input", input)
    write("network.grad_input", input.grad)
    write("network.gradients", net.flat_gradients())

    target = torch.rand(samples, 3)
    problem = (start, input.detach(), classes, target)
    optimizers = {
        "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
        "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1),
    }
    criteria = {"cross_entropy": (F.cross_entropy, classes), "mean_squared_error": (F.mse_loss, target)}
    write("network.regression_target", target)
    for optimizer_name, make in optimizers.items():
        for criterion_name, (criterion, target) in criteria.items():
            net = Net(start)
            optimizer = make(net.parameters)
            losses = []
            for _ in range(20):
                optimizer.zero_grad()
                value = criterion(net(input.detach()), target)
                value.backward()
                optimizer.step()
                losses.append(value.detach())
            write(f"{optimizer_name}.{criterion_name}.losses", torch.stack(losses))
            write(f"{optimizer_name}.{criterion_name}.parameters", net.flat())
    return problem


def images():
    """Convolutions and poolings; parameters as [out, in, height, width], as in dimwise, too."""
    cases = {
        "conv": ((SAMPLES, 17, 6, 9), (10, 17, 3, 3), {}),
        "conv_wide": ((SAMPLES, 1, 12, 14), (14, 1, 5, 5), {}),
        "conv_all": (
            (SAMPLES, 4, 9, 8),
            (6, 2, 3, 2),
            {"stride": (2, 3), "padding": (2, 1), "dilation": (2, 3), "groups": 2},
        ),
        "conv_depthwise": ((SAMPLES, 5, 7, 6), (5, 1, 3, 3), {"padding": 1, "groups": 5}),
    }
    for name, (sizes, kernel, options) in cases.items():
        input, weight, bias = draw(*sizes), draw(*kernel), draw(kernel[0])
        output = F.conv2d(input, weight, bias, **options)
        backward(name, output, {"input": input, "weight": weight, "bias": bias})
    pools = {
        "max_pool": lambda x: F.max_pool2d(x, 2),
        "max_pool_overlapping": lambda x: F.max_pool2d(x, 3, 2, 1),
        "avg_pool": lambda x: F.avg_pool2d(x, 2),
        "avg_pool_overlapping": lambda x: F.avg_pool2d(x, 3, 2, 1),
        "global_avg_pool": lambda x: x.mean((2, 3)),
    }
    for name, function in pools.items():
        # Many equal numbers: which of them is the largest?
        input = (torch.randn(SAMPLES, 2, 7, 8) * 2).round().requires_grad_()
        backward(name, function(input), {"input": input})


def normalisations():
    """Weights are not ones, so that they matter; running values start at 0 and 1."""
    cases = {
        "batch_norm": (6,),
        "batch_norm_of_channels": (4, 3, 5),
        "layer_norm": (4, 3, 5),
        "group_norm": (4, 3, 5),
    }
    for name, sizes in cases.items():
        input = (2 * torch.randn(SAMPLES, *sizes) + 1).requires_grad_()
        weight, bias = (draw(*sizes), draw(*sizes)) if name == "layer_norm" else (draw(sizes[0]), draw(sizes[0]))
        mean, variance = torch.zeros(sizes[0]), torch.ones(sizes[0])
        if name == "layer_norm":
            output = F.layer_norm(input, sizes, weight, bias)
        elif name == "group_norm":
            output = F.group_norm(input, 2, weight, bias)
        else:
            output = F.batch_norm(input, mean, variance, weight, bias, training=True)
        backward(name, output, {"input": input, "weight": weight, "bias": bias})
        if name.startswith("batch_norm"):
            write(f"{name}.running_mean", mean)
            write(f"{name}.running_variance", variance)
            write(f"{name}.used", F.batch_norm(input, mean, variance, weight, bias))


def more_activations():
    functions = {
        "leaky_relu": F.leaky_relu,
        "elu": F.elu,
        "softplus": F.softplus,
        "gelu": F.gelu,
        "silu": F.silu,
        "softmax": lambda x: x.softmax(-1),
        "log_softmax": lambda x: x.log_softmax(-1),
    }
    for name, function in functions.items():
        input = (3 * torch.randn(SAMPLES, 8)).requires_grad_()
        backward(name, function(input), {"input": input})


def transposed():
    """Kernels as dimwise has them: [out, in, height, width], turned by half a turn."""
    cases = {
        "conv_transpose": ((SAMPLES, 3, 5, 4), (3, 4, 3, 3), {}),
        "conv_transpose_all": (
            (SAMPLES, 4, 5, 4),
            (4, 3, 3, 2),
            {"stride": (2, 3), "padding": (2, 1), "output_padding": (1, 2), "dilation": (2, 3), "groups": 2},
        ),
    }
    for name, (sizes, kernel, options) in cases.items():
        groups = options.get("groups", 1)
        input, weight, bias = draw(*sizes), draw(*kernel), draw(kernel[1] * groups)
        factor_input = {"input": input, "bias": bias}
        backward(name, F.conv_transpose2d(input, weight, bias, **options), factor_input)
        for which, tensor in (("weight", weight), ("grad_weight", weight.grad)):
            grouped = tensor.reshape(groups, sizes[1] // groups, *kernel[1:]).transpose(1, 2)
            write(f"{name}.{which}", grouped.flip(3, 4).reshape(-1, *grouped.shape[2:]))


def more_losses():
    torch.manual_seed(1)

    def logits():
        return (4 * torch.randn(SAMPLES, 5)).requires_grad_()

    classes = torch.randint(5, (SAMPLES,))
    probabilities = torch.randn(SAMPLES, 5).softmax(1)
    for name, targets in (("class", classes), ("probabilities", 1.5 * probabilities)):
        output = logits()
        value = F.cross_entropy(output, targets, label_smoothing=0.1)
        loss(f"cross_entropy_smoothed_{name}", output, targets, value)
    yes = torch.rand(SAMPLES, 5)
    yes[0, 0], yes[1, 1] = 0, 1
    output = logits()
    loss("binary_cross_entropy", output, yes, F.binary_cross_entropy_with_logits(output, yes))
    output, target = logits(), torch.randn(SAMPLES, 5)
    loss("huber", output, target, F.huber_loss(output, target, delta=2.5))
    output = logits()
    loss("huber_as_smooth_l1", output, target, F.smooth_l1_loss(output, target))
    output = logits()
    target = torch.where(torch.rand(SAMPLES, 5) < 0.2, output.detach(), target)
    loss("mean_absolute_error", output, target, F.l1_loss(output, target))
    output = logits()
    loss("sum_squared_error", output, target, F.mse_loss(output, target, reduction="sum") / (2 * SAMPLES))
    output = logits().detach().log_softmax(1).requires_grad_()
    loss("negative_log_likelihood", output, classes, F.nll_loss(output, classes))
    sparse = probabilities.clone()
    sparse[0, 0], sparse[1, 3] = 0, 0
    output = logits().detach().log_softmax(1).requires_grad_()
    loss("kl_divergence", output, sparse, F.kl_div(output, sparse, reduction="batchmean"))
    output = draw(SAMPLES, 5)
    loss("hinge", output, classes, F.multi_margin_loss(output, classes))
    output = draw(SAMPLES, 5)
    loss("hinge_of_margin_half", output, classes, F.multi_margin_loss(output, classes, margin=0.5))


def weighted_losses():
    torch.manual_seed(2)

    def logits():
        return (4 * torch.randn(SAMPLES, 5)).requires_grad_()

    weights = torch.tensor([1.0, 0.25, 3.0, 0.0, 2.0])
    classes = torch.tensor([2, 1, 4])
    output = logits()
    loss("cross_entropy_weighted_class", output, classes, F.cross_entropy(output, classes, weights))
    output = logits()
    value = F.cross_entropy(output, classes, weights, label_smoothing=0.1)
    loss("cross_entropy_weighted_and_smoothed", output, classes, value)
    # PyTorch would divide by the number of samples here, and so would tell a class from its one-hot vector.
    probabilities = torch.randn(SAMPLES, 5).softmax(1)
    output = logits()
    value = F.cross_entropy(output, probabilities, weights, reduction="sum") / (probabilities * weights).sum()
    loss("cross_entropy_weighted_probabilities", output, probabilities, value)
    yes = torch.rand(SAMPLES, 5)
    yes[0, 0], yes[1, 1] = 0, 1
    output = logits()
    value = F.binary_cross_entropy_with_logits(output, yes, pos_weight=weights)
    loss("binary_cross_entropy_weighted", output, yes, value)
    samples = torch.tensor([2.0, 0.0, 0.5])
    output = logits()
    value = (F.cross_entropy(output, classes, reduction="none") * samples).sum() / samples.sum()
    loss("cross_entropy_of_weighted_samples", output, classes, value)
    output, target = logits(), torch.randn(SAMPLES, 5)
    value = (F.mse_loss(output, target, reduction="none").mean(1) * samples).sum() / samples.sum()
    loss("mean_squared_error_of_weighted_samples", output, target, value)


def training(start, input, classes, target):
    """Twenty steps on the batch of `network`: losses, penalties, and the parameters after them."""

    def weights_and_biases(net, weight_decay):
        # Only weights decay in dimwise; PyTorch would decay biases, too.
        decayed = [parameter for parameter in net.parameters if parameter.dim() > 1]
        biases = [parameter for parameter in net.parameters if parameter.dim() == 1]
        return [{"params": decayed, "weight_decay": weight_decay}, {"params": biases, "weight_decay": 0.0}]

    def penalty(net, l1=0.0, l2=0.0):
        weights = [parameter for parameter in net.parameters if parameter.dim() > 1]
        return sum(l1 * weight.abs().sum() + l2 / 2 * weight.square().sum() for weight in weights)

    def train(name, make, criterion, target, costs=None, clip=None, schedule=None):
        net = Net(start)
        optimizer = make(net)
        scheduler = schedule and schedule(optimizer)
        losses, penalties = [], []
        for _ in range(20):
            optimizer.zero_grad()
            value = criterion(net(input), target)
            cost = costs(net) if costs else torch.zeros(())
            (value + cost).backward()
            if clip:
                clip(net.parameters)
            optimizer.step()
            if scheduler:
                scheduler.step()
            losses.append(value.detach())
            penalties.append(cost.detach())
        write(f"{name}.losses", torch.stack(losses))
        write(f"{name}.parameters", net.flat())
        if costs:
            write(f"{name}.penalties", torch.stack(penalties))

    optim = torch.optim
    optimizers = {
        "nesterov": lambda net: optim.SGD(net.parameters, lr=0.05, momentum=0.9, nesterov=True),
        "ada_grad": lambda net: optim.Adagrad(net.parameters, lr=0.1),
        "rms_prop": lambda net: optim.RMSprop(net.parameters, lr=0.01),
        "adam_w": lambda net: optim.AdamW(weights_and_biases(net, 0.3), lr=0.05),
    }
    for name, make in optimizers.items():
        train(f"{name}.cross_entropy", make, F.cross_entropy, classes)
        train(f"{name}.mean_squared_error", make, F.mse_loss, target)

    def sgd(net):
        return optim.SGD(net.parameters, lr=0.1)

    # The very same by PyTorch's own decay, and by a penalty whose gradient it works out.
    train("l2_as_weight_decay", lambda net: optim.SGD(weights_and_biases(net, 0.1), lr=0.1), F.cross_entropy, classes)
    train("l2", sgd, F.cross_entropy, classes, lambda net: penalty(net, l2=0.1))
    train("l1", sgd, F.cross_entropy, classes, lambda net: penalty(net, l1=0.05))
    train("elastic_net", sgd, F.cross_entropy, classes, lambda net: penalty(net, l1=0.03, l2=0.05))
    nn = torch.nn.utils
    train("clip_value", sgd, F.cross_entropy, classes, clip=lambda p: nn.clip_grad_value_(p, 0.05))
    train("clip_norm", sgd, F.cross_entropy, classes, clip=lambda p: nn.clip_grad_norm_(p, 0.4))
    train(
        "penalty_and_clip_norm",
        sgd,
        F.cross_entropy,
        classes,
        lambda net: penalty(net, l2=0.1),
        clip=lambda p: nn.clip_grad_norm_(p, 0.5),
    )
    train(
        "scheduled",
        lambda net: optim.Adam(net.parameters, lr=0.1),
        F.cross_entropy,
        classes,
        schedule=lambda optimizer: optim.lr_scheduler.CosineAnnealingLR(optimizer, 20, 0.01),
    )


def schedules():
    """The learning rates of thirty steps."""
    lr_scheduler = torch.optim.lr_scheduler

    def warmed_up(optimizer):
        warm_up = lr_scheduler.LinearLR(optimizer, start_factor=1 / 8, total_iters=7)
        then = lr_scheduler.CosineAnnealingLR(optimizer, 22, 0.002)
        return lr_scheduler.SequentialLR(optimizer, [warm_up, then], [8])

    cases = {
        "constant": lambda optimizer: lr_scheduler.ConstantLR(optimizer, 1.0),
        "step_decay": lambda optimizer: lr_scheduler.StepLR(optimizer, 7, 0.3),
        "exponential_decay": lambda optimizer: lr_scheduler.ExponentialLR(optimizer, 0.9),
        "cosine_decay": lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, 29, 0.002),
        "warmed_up": warmed_up,
        "one_cycle": lambda optimizer: lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=30),
        "one_cycle_of_others": lambda optimizer: lr_scheduler.OneCycleLR(
            optimizer, 0.1, total_steps=30, pct_start=0.45, div_factor=10, final_div_factor=50
        ),
    }
    for name, make in cases.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        scheduler = make(optimizer)
        rates = []
        for _ in range(30):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        write(f"schedule.{name}", torch.tensor(rates, dtype=torch.float64))



def prelu():
    input, weight = (3 * torch.randn(SAMPLES, 8)).requires_grad_(), draw(8)
    backward("prelu", F.prelu(input, weight), {"input": input, "weight": weight})


def sequences():
    """Convolutions and poolings of one axis; transposed kernels turned by half a turn, as in `transposed`."""
    cases = {
        "conv1d": ((SAMPLES, 3, 17), (4, 3, 5), {}),
        "conv1d_all": ((SAMPLES, 4, 19), (6, 2, 3), {"stride": 2, "padding": 4, "dilation": 3, "groups": 2}),
        "conv1d_depthwise": ((SAMPLES, 5, 8), (5, 1, 3), {"padding": 1, "groups": 5}),
    }
    for name, (sizes, kernel, options) in cases.items():
        input, weight, bias = draw(*sizes), draw(*kernel), draw(kernel[0])
        output = F.conv1d(input, weight, bias, **options)
        backward(name, output, {"input": input, "weight": weight, "bias": bias})
    options = {"stride": 3, "padding": 1, "output_padding": 2, "dilation": 2, "groups": 2}
    input, weight, bias = draw(SAMPLES, 4, 5), draw(4, 3, 3), draw(6)
    backward("conv_transpose1d", F.conv_transpose1d(input, weight, bias, **options), {"input": input, "bias": bias})
    for which, tensor in (("weight", weight), ("grad_weight", weight.grad)):
        grouped = tensor.reshape(2, 2, 3, 3).transpose(1, 2)
        write(f"conv_transpose1d.{which}", grouped.flip(3).reshape(6, 2, 3))
    pools = {
        "max_pool1d": lambda x: F.max_pool1d(x, 2),
        "max_pool1d_overlapping": lambda x: F.max_pool1d(x, 3, 2, 1),
        "avg_pool1d": lambda x: F.avg_pool1d(x, 2),
        "avg_pool1d_overlapping": lambda x: F.avg_pool1d(x, 3, 2, 1),
        "global_avg_pool1d": lambda x: x.mean(2),
    }
    for name, function in pools.items():
        input = (torch.randn(SAMPLES, 2, 13) * 2).round().requires_grad_()
        backward(name, function(input), {"input": input})


def approximations():
    input = (3 * torch.randn(SAMPLES, 8)).requires_grad_()
    backward("gelu_tanh", F.gelu(input, approximate="tanh"), {"input": input})
    pools = {
        "avg_pool_of_pixels": (F.avg_pool2d, (7, 8)),
        "avg_pool1d_of_pixels": (F.avg_pool1d, (13,)),
    }
    for name, (function, sizes) in pools.items():
        input = draw(SAMPLES, 2, *sizes)
        backward(name, function(input, 3, 2, 1, count_include_pad=False), {"input": input})


affine()
activations()
losses()
problem = network()
images()
normalisations()
more_activations()
transposed()
more_losses()
training(*problem)
schedules()
prelu()
sequences()
approximations()
weighted_losses()
