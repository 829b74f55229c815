"""Writes print.txt, what NumPy prints of some arrays, which tests/print.rs compares with.

    python tests/reference/generate_print.py

Needs `pip install numpy`; the tests do not. Each block is a name, the numbers in row-major order, and the text.
"""

from pathlib import Path

import numpy as np

random = np.random.default_rng(1)
f4, f8 = np.float32, np.float64
nan, inf = np.nan, np.inf

arrays = {
    "small": np.array([[1, -2, 3.5], [10, 0, 6]], f4),
    "whole": np.arange(12, dtype=f8).reshape(3, 4),
    "thirds": np.array([1 / 3, 2 / 3, 1, 100 / 3], f4),
    "thirds_f64": np.array([1 / 3, 2 / 3, 1, 100 / 3], f8),
    "large": np.array([[1, 2.5], [1e30, -3]], f4),
    "tiny": np.array([1e-9, 0, 1], f8),
    "almost_wide": np.array([1e-4, 0.1], f8),
    "almost_wide_f32": np.array([1e-4, 0.01], f4),
    "ratio": np.array([1, 1000, -0.5], f4),
    "hundred_million": np.array([1e8, 2e8], f4),
    "below_hundred_million": np.array([99999992, 2e6], f8),
    "million": np.array([1e6, 2e3], f4),
    "below_million": np.array([999999, 2e3], f4),
    "exponents": np.array([1e-200, 1.5, -2.25e100], f8),
    "not_a_number": np.array([[1.5, nan], [inf, -inf]], f4),
    "not_a_number_wide": np.array([1e20, nan, -inf, 1], f8),
    "nothing_finite": np.array([nan, inf], f4),
    "only_negative_infinity": np.array([-inf, 1, 2], f8),
    "zeros": np.zeros((2, 2), f4),
    "negative_zero": np.array([-0.0, 0.0], f8),
    "normal": random.normal(size=(4, 3)).astype(f4),
    "normal_f64": random.normal(size=(4, 3)),
    "rank3": np.arange(24, dtype=f4).reshape(2, 3, 4) / 8,
    "rank4": np.arange(16, dtype=f4).reshape(2, 2, 2, 2),
    "long_row": np.arange(100, dtype=f4),
    "long_rows": random.normal(size=(2, 3, 15)).astype(f4),
    "thousand": np.arange(1000, dtype=f4),
    "more_than_thousand": np.arange(1001, dtype=f4) / 4,
    "matrix_in_part": np.arange(50 * 30, dtype=f8).reshape(50, 30) * 0.01 + 1,
    "rows_in_part": np.arange(7 * 5 * 40, dtype=f4).reshape(7, 5, 40),
}
asked = {
    "small": 2,
    "thirds": 3,
    "tiny": 2,
    "large": 1,
    "not_a_number": 1,
    "normal": 0,
    "rank3": 4,
}


def block(name, array, text):
    return f"== {name}\n{' '.join(repr(float(number)) for number in array.flat)}\n{text}\n"


blocks = [block(name, array, str(array)) for name, array in arrays.items()]
for name, decimals in asked.items():
    text = np.array2string(arrays[name], precision=decimals, floatmode="fixed")
    blocks.append(block(f"{name} {decimals}", arrays[name], text))
(Path(__file__).parent / "print.txt").write_text("".join(blocks))
