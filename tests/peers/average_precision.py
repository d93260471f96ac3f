"""Writes what pycocotools 2.0.11 counts of 200 random sets of boxes, for `training/metrics/tests/coco.rs`.

The sets themselves are drawn by NumPy's legacy generator, which the test repeats, so that the file holds figures alone:

    pip install pycocotools==2.0.11
    python tests/peers/average_precision.py > training/metrics/tests/coco.json

With `--seconds N` it says instead how long the counting of one set of N pictures takes.
"""

import contextlib
import io
import json
import sys
import time

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SETS = 200


def draw(seed, pictures=None):
    """One set; every number is one `random_sample`, in this order."""
    rng = np.random.RandomState(seed)

    def below(count):
        return int(rng.random_sample() * count)

    kind = seed % 8
    pictures = pictures or 1 + below(6)
    classes = 1 + below(4)
    truths, found = [], []

    def box():
        x, y = below(200), below(200)
        w = 1 + int(rng.random_sample() * rng.random_sample() * 160)
        h = 1 + int(rng.random_sample() * rng.random_sample() * 160)
        return [x, y, w, h]

    def score():
        drawn = rng.random_sample()
        return int(drawn * 4) / 4 if kind == 2 else drawn

    for picture in range(pictures):
        here = []
        for _ in range(0 if kind == 1 else below(7)):
            label, bounds = below(classes), box()
            crowd = rng.random_sample() < (0.5 if kind == 3 else 0.1)
            area = bounds[2] * bounds[3] * (0.5 if below(2) else 1.0)
            here.append((label, bounds))
            truths.append((picture, label, bounds, crowd, area))
        if kind == 0:
            continue
        for label, (x, y, w, h) in here:
            if rng.random_sample() < 0.3:
                continue
            other = below(classes) if rng.random_sample() < 0.15 else label
            moved = [x + below(7) - 3, y + below(7) - 3, max(1, w + below(9) - 4), max(1, h + below(9) - 4)]
            found.append((picture, other, moved, score()))
        for _ in range(130 if kind == 7 else below(5)):
            label, bounds = below(classes), box()
            found.append((picture, label, bounds, score()))
    return pictures, classes, truths, found


def opened(pictures, classes, annotations):
    coco = COCO()
    coco.dataset = {
        "images": [{"id": picture} for picture in range(pictures)],
        "categories": [{"id": label} for label in range(classes)],
        "annotations": [{"id": number, **it} for number, it in enumerate(annotations, 1)],
    }
    coco.createIndex()
    return coco


def count(pictures, classes, truths, found):
    with contextlib.redirect_stdout(io.StringIO()):
        there = opened(pictures, classes, [
            {"image_id": picture, "category_id": label, "bbox": bounds, "iscrowd": int(crowd), "area": area}
            for picture, label, bounds, crowd, area in truths
        ])
        seen = opened(pictures, classes, [
            {"image_id": picture, "category_id": label, "bbox": bounds, "iscrowd": 0, "area": bounds[2] * bounds[3],
             "score": score}
            for picture, label, bounds, score in found
        ])
        evaluation = COCOeval(there, seen, "bbox")
        began = time.perf_counter()
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return list(evaluation.stats), time.perf_counter() - began


if __name__ == "__main__":
    if sys.argv[1:2] == ["--seconds"]:
        drawn = draw(5, int(sys.argv[2]))
        figures, seconds = count(*drawn)
        print(f"{len(drawn[2])} boxes, {len(drawn[3])} found, mAP {figures[0]}, {seconds:.3f} s")
    else:
        print("[" + ",\n".join(json.dumps(count(*draw(seed))[0]) for seed in range(SETS)) + "]")
