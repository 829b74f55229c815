"""Writes npy/*, the files of numpy that tests/convert.rs reads and compares with.

    python tests/reference/generate_npy.py

Needs `pip install numpy`; the tests do not. Every array holds 0.5, 1.5, 2.5, ... in row-major order, but for
`types.npz` and `digits.npz`.
"""

from pathlib import Path

import numpy as np

folder = Path(__file__).parent / "npy"
folder.mkdir(exist_ok=True)


def counting(*sizes, dtype="<f4"):
    return (np.arange(np.prod(sizes, dtype=int)) + 0.5).reshape(sizes).astype(dtype)


arrays = {
    "scalar": counting(),
    "vector": counting(3),
    "matrix": counting(2, 3),
    "double": counting(2, 3, dtype="<f8"),
    "big_endian": counting(2, 3, dtype=">f4"),
    "fortran": np.asfortranarray(counting(2, 3, 4)),
    "rank6": counting(1, 2, 1, 3, 2, 1),
    "empty": counting(0, 3),
    "integers": np.arange(6).reshape(2, 3),
    "structured": np.zeros(3, dtype=[("a", "<f4"), ("b", "<i8")]),
}
for name, array in arrays.items():
    np.save(folder / f"{name}.npy", array)
for version in [(2, 0), (3, 0)]:
    with open(folder / f"version{version[0]}.npy", "wb") as file:
        np.lib.format.write_array(file, counting(2, 3), version=version)

tensors = {"weight": counting(2, 3), "bias": counting(3), "double": counting(2, dtype="<f8")}
np.savez(folder / "stored.npz", **tensors)
np.savez_compressed(folder / "compressed.npz", **tensors)

# Of each type of number the lowest, the highest, and some between; bytes in both orders.
types = {}
for letter, sizes in [("u", [1, 2, 4, 8]), ("i", [1, 2, 4, 8])]:
    for size in sizes:
        limits = np.iinfo(f"{letter}{size}")
        for order in "<>":
            numbers = np.array([limits.min, 0, 1, 100, limits.max], dtype=f"{order}{letter}{size}")
            types[f"{'big_' if order == '>' else ''}{letter}{size}"] = numbers
for size in [2, 4, 8]:
    for order in "<>":
        numbers = np.array([-1.5, 0, 2**-14, 1 / 3, np.inf], dtype=f"{order}f{size}")
        types[f"{'big_' if order == '>' else ''}f{size}"] = numbers
types["b1"] = np.array([False, True, True, False, True])
types["c8"] = np.zeros(5, dtype="<c8")
np.savez(folder / "types.npz", **types)

# As Keras keeps its data sets: bytes, images without channels, labels as bytes or, beside images in colours, in columns.
pixels = np.arange(4 * 2 * 3, dtype="u1").reshape(4, 2, 3) * 11
digits = {"x_train": pixels, "y_train": np.array([5, 0, 4, 9], dtype="u1")}
digits |= {"x_test": pixels[:2], "y_test": np.array([[7], [2]], dtype="i8")}
digits |= {"wrong": np.array([5, 0, 10, 9]), "halves": np.array([5, 0, 0.5, 9]), "below": np.array([0, -1, 0, 0])}
np.savez_compressed(folder / "digits.npz", **digits)
