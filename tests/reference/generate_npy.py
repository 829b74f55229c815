"""Writes npy/*, the files of numpy that tests/convert.rs reads and compares with.

    python tests/reference/generate_npy.py

Needs `pip install numpy`; the tests do not. Every array holds 0.5, 1.5, 2.5, ... in row-major order.
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
