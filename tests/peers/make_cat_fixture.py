"""Makes the small HDF5 files that the tests read: the course's layout, pictures from a formula.

    python tests/peers/make_cat_fixture.py datasets/tests/fixtures/cats

Needs h5py and NumPy. Pixel c of column x, row y, picture n is (40 n + 30 y + 20 x + 10 c) mod 256; the
label of picture n is n mod 2.
"""

import sys

import h5py
import numpy as np

SIDE = 4


def write(path, prefix, count):
    n, y, x, c = np.indices((count, SIDE, SIDE, 3))
    pictures = ((40 * n + 30 * y + 20 * x + 10 * c) % 256).astype(np.uint8)
    with h5py.File(path, "w") as file:
        file["list_classes"] = np.array([b"non-cat", b"cat"], dtype="S7")
        file[f"{prefix}_set_x"] = pictures
        file[f"{prefix}_set_y"] = np.arange(count) % 2


folder = sys.argv[1]
write(f"{folder}/train_catvnoncat.h5", "train", 6)
write(f"{folder}/test_catvnoncat.h5", "test", 4)
