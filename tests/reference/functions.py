"""Writes functions.txt, the values and derivatives of tests/functions.rs to 17 digits.

    python tests/reference/functions.py > tests/reference/functions.txt

Needs `pip install mpmath`; the tests do not. One line a number: `name x value derivative`; each x is exact as
a float32. With `coefficients` as argument it prints those of the polynomials in src/kernel/activation.rs
instead (Remez: the largest relative error is as small as it can be).
"""

import struct
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 60
ROOT_2_PI = mpmath.sqrt(2 * mp.pi)


def sigma(x):
    return 1 / (1 + mpmath.exp(-x))


def normal(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x):
    return mpmath.exp(-x * x / 2) / ROOT_2_PI


def inner(x):
    return mpmath.sqrt(8 / mp.pi) * (x + mpf("0.044715") * x**3)


def inner_slope(x):
    return mpmath.sqrt(8 / mp.pi) * (1 + 3 * mpf("0.044715") * x**2)


FUNCTIONS = {
    "sigmoid": (sigma, lambda x: sigma(x) * sigma(-x)),
    "tanh": (mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    "elu": (lambda x: x if x > 0 else mpmath.expm1(x), lambda x: mpf(1) if x > 0 else mpmath.exp(x)),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), sigma),
    "silu": (lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * sigma(-x))),
    "gelu_tanh": (lambda x: x * sigma(inner(x)), lambda x: sigma(inner(x)) + x * inner_slope(x) * sigma(inner(x)) * sigma(-inner(x))),
    "gelu": (lambda x: x * normal(x), lambda x: normal(x) + x * density(x)),
}

LADDER = """1e-8 1e-6 1e-4 1e-3 0.01 0.1 0.2 0.3 0.5 0.625 0.7 0.75 1 1.2 1.278 1.5 2 2.5 3 4 5 6 7 8 9 10 11 12 13 14
15 16 16.7 17 18 20 25 30 37 38 50 70 88 100""".split()


def nearest_float32(text):
    return struct.unpack("f", struct.pack("f", float(text)))[0]


def write():
    print("# mpmath, 60 digits, by tests/reference/functions.py; do not edit.")
    for name, (value, derivative) in FUNCTIONS.items():
        for x in [sign * nearest_float32(text) for text in LADDER for sign in (1, -1)]:
            numbers = [mpmath.nstr(function(mpf(x)), 20) for function in (value, derivative)]
            print(name, repr(x), *numbers)


def remez(function, low, high, degree):
    """The coefficients, the constant first, of the polynomial that is nearest to the function."""
    count = degree + 2
    at = lambda share: (low + high) / 2 - (high - low) / 2 * mpmath.cos(mp.pi * share)
    points = [at(mpf(i) / (count - 1)) for i in range(count)]
    for _ in range(12):
        rows, right = mpmath.matrix(count, count), mpmath.matrix(count, 1)
        for i, x in enumerate(points):
            right[i] = function(x)
            for j in range(degree + 1):
                rows[i, j] = x**j
            rows[i, degree + 1] = (-1) ** i * right[i]
        coefficients = list(mpmath.lu_solve(rows, right))[: degree + 1]
        grid = [at(mpf(i) / (40 * count)) for i in range(40 * count + 1)]
        errors = [mpmath.polyval(coefficients[::-1], x) / function(x) - 1 for x in grid]
        # The largest error of each stretch of one sign.
        best = []
        for i, error in enumerate(errors):
            if best and errors[best[-1]] * error > 0:
                if abs(error) > abs(errors[best[-1]]):
                    best[-1] = i
            else:
                best.append(i)
        while len(best) > count:
            best.pop(0 if abs(errors[best[0]]) < abs(errors[best[-1]]) else -1)
        if len(best) < count:
            break
        points = [grid[i] for i in best]
    return coefficients


def coefficients():
    for name, middle, farthest, degree in ("f32", 4, "14.5", 9), ("f64", 5, "39", 21):

        def tail(u):
            t = middle * (1 + u) / (1 - u)
            return normal(-t) * mpmath.exp(t * t / 2) * (t + middle)

        high = (mpf(farthest) - middle) / (mpf(farthest) + middle)
        print(name, "Q:", *(float(c) for c in remez(tail, mpf(-1), high, degree)))

    def logarithm(z):
        s = mpmath.sqrt(z)
        return (2 * mpmath.atanh(s) - 2 * s) / (s * z)

    print("f32 ln_1p:", *(float(c) for c in remez(logarithm, mpf(10) ** -20, mpf(1) / 9, 5)))


if __name__ == "__main__":
    coefficients() if "coefficients" in sys.argv else write()
