"""Writes metrics.txt, what scikit-learn gives for the cases of tests/metrics.rs.

    python tests/reference/metrics.py > tests/reference/metrics.txt

Needs `pip install scikit-learn`; the tests do not. One line a tensor, `name: numbers`, row-major, to 17 digits.
"""

import warnings

import numpy
import sklearn
from sklearn import metrics

random = numpy.random.default_rng(20240917)
warnings.simplefilter("ignore")
print(f"# scikit-learn {sklearn.__version__}, float64, by tests/reference/metrics.py; do not edit.")


def write(name, numbers):
    print(f"{name}: {' '.join(f'{number:.17g}' for number in numpy.asarray(numbers, float).flatten())}")


def softmax(logits):
    powers = numpy.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def classes(name, logits, targets):
    """Each metric of so many classes; those that do not occur have their numbers, too."""
    every = range(logits.shape[1])
    answers = logits.argmax(1)
    write(f"{name}.output", logits)
    write(f"{name}.target", targets)
    write(f"{name}.accuracy", metrics.accuracy_score(targets, answers))
    write(f"{name}.confusion", metrics.confusion_matrix(targets, answers, labels=every))
    for metric in ("precision", "recall", "f1"):
        score = getattr(metrics, f"{metric}_score")
        write(f"{name}.{metric}", score(targets, answers, labels=every, average=None))
        write(f"{name}.{metric}_macro", score(targets, answers, average="macro"))
        write(f"{name}.{metric}_micro", score(targets, answers, average="micro"))
    write(f"{name}.top_2", metrics.top_k_accuracy_score(targets, logits, k=2, labels=every))
    write(f"{name}.top_3", metrics.top_k_accuracy_score(targets, logits, k=3, labels=every))
    write(f"{name}.perplexity", numpy.exp(metrics.log_loss(targets, softmax(logits), labels=every)))


def probabilities():
    logits, targets = random.normal(size=(40, 4)), softmax(random.normal(size=(40, 4)) * 2)
    write("probabilities.output", logits)
    write("probabilities.target", targets)
    write("probabilities.accuracy", metrics.accuracy_score(targets.argmax(1), logits.argmax(1)))


def binary(name, logits, targets):
    answers = logits > 0
    write(f"{name}.output", logits)
    write(f"{name}.target", targets)
    write(f"{name}.accuracy", metrics.accuracy_score(targets, answers))
    write(f"{name}.confusion", metrics.confusion_matrix(targets, answers, labels=[0, 1]))
    for metric in ("precision", "recall", "f1"):
        write(f"{name}.{metric}", getattr(metrics, f"{metric}_score")(targets, answers))
    write(f"{name}.auc", metrics.roc_auc_score(targets, logits))


def labels():
    logits, targets = random.normal(size=(30, 3)) * 2 + 1.2, random.integers(0, 2, (30, 3))
    logits[::2] = numpy.where(targets[::2], 1, -1) * abs(logits[::2])
    write("labels.output", logits)
    write("labels.target", targets)
    write("labels.accuracy", metrics.accuracy_score(targets, logits > 0))


def regression(name, targets, outputs):
    write(f"{name}.output", outputs)
    write(f"{name}.target", targets)
    write(f"{name}.r2", metrics.r2_score(targets, outputs))
    write(f"{name}.mean_absolute_error", metrics.mean_absolute_error(targets, outputs))
    write(f"{name}.root_mean_squared_error", numpy.sqrt(metrics.mean_squared_error(targets, outputs)))


targets = random.integers(0, 5, 60)
classes("classes", random.normal(size=(60, 5)) + 1.5 * numpy.eye(5)[targets], targets)
# Class 1 is never the target, class 3 never the answer, class 4 neither.
logits = random.normal(size=(12, 5)) - [0, 0, 0, 9, 9]
classes("absent", logits, random.choice([0, 2, 3], 12))
probabilities()
targets = random.integers(0, 2, 50)
binary("binary", random.normal(size=50) + targets, targets)
# Half of the scores are equal to others.
binary("ties", (random.normal(size=50) + targets).round(), targets)
binary("only_no", -abs(random.normal(size=20)), random.integers(0, 2, 20))
binary("one_kind", random.normal(size=10), numpy.ones(10, int))
labels()
targets = 1e6 + random.normal(size=25)
regression("regression", targets, targets + random.normal(size=25) / 2)
targets = random.normal(size=(20, 3)) * [1, 10, 100]
regression("vectors", targets, targets + random.normal(size=(20, 3)))
# Of elements that are all the same, the first one is met.
regression("constant", numpy.array([[2.0, 5.0, 1], [2, 5, 2], [2, 5, 4]]), numpy.array([[2.0, 5, 1], [2, 4, 2], [2, 5, 3]]))
regression("single", numpy.array([1.0]), numpy.array([2.0]))
