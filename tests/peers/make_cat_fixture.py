"""Makes the small HDF5 files that the tests read: the course's layout, pictures from a formula.

    python tests/peers/make_cat_fixture.py datasets/tests/fixtures/cats
    python tests/peers/make_cat_fixture.py datasets/tests/fixtures/numbers.h5

The second is one file of labels and pixels of every type.

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


def write_numbers(path):
    labels = np.array([0, 1, 1, 0])
    pixels = np.array([0, 1, 127, 128, 254, 255]).reshape(1, 1, 2, 3)
    whole = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", ">i2", ">i4", ">i8", ">u2", ">u4", ">u8"]
    reals = ["f2", "f4", "f8", ">f2", ">f4", ">f8"]
    with h5py.File(path, "w") as file:
        for kind in [*whole, *reals]:
            name = kind.replace(">", "big_")
            file[f"labels_{name}"] = labels.astype(kind)
            if kind != "i1":
                file[f"pixels_{name}"] = pixels.astype(kind)
        file["labels_bool"] = labels.astype(bool)
        file["labels_packed"] = file.create_dataset("packed", data=labels, chunks=(2,), compression="gzip")
        for name, shape in [("column", (4, 1)), ("row", (1, 4)), ("cube", (1, 4, 1))]:
            file[f"labels_{name}"] = labels.astype("i4").reshape(shape)
        file["square"] = labels.reshape(2, 2)
        file["single"] = np.int32(1)
        file["negative"] = np.array([0, -1], dtype="i1")
        file["large"] = np.array([0, 1, 2**63], dtype="u8")
        file["fraction"] = np.array([0, 0.5], dtype="f4")
        file["bright"] = 2 * pixels
        file["dark"] = pixels / 255


if sys.argv[1].endswith(".h5"):
    write_numbers(sys.argv[1])
else:
    folder = sys.argv[1]
    write(f"{folder}/train_catvnoncat.h5", "train", 6)
    write(f"{folder}/test_catvnoncat.h5", "test", 4)
