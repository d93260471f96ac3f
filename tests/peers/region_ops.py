"""What torchvision.ops makes of regions and boxes, for the tests of layers and of vision.

    python3 -m venv v && v/bin/pip install torch torchvision
    v/bin/python tests/peers/region_ops.py

Writes models/layers/tests/fixtures/region_ops.json (roi_align and roi_pool, outputs and gradients) and
models/vision/tests/fixtures/box_ops.json (box coder, IoU, suppression), in 64-bit floats. The maps are
2 sin(1.3 i + 0.1) in row-major order, and the gradient is that of sum(y_i cos(0.37 i)).
"""

import json
import math
import os

import torch
import torchvision
from torchvision.models.detection._utils import BoxCoder

HERE = os.path.dirname(os.path.abspath(__file__))
MAPS = [2, 2, 7, 9]
# On an image of the batch: within it, over its left and upper edge, over all of it, without area, with its corners
# swapped, wholly outside, a fraction of a pixel, and one whose bins begin at whole pixels.
REGIONS = [
    [1, 2.3, 1.1, 14.9, 11.7],
    [0, -7.5, -3.2, 9.4, 8.1],
    [0, -30.0, -30.0, 60.0, 55.0],
    [1, 6.5, 4.5, 6.5, 4.5],
    [0, 12.2, 9.3, 3.1, 2.4],
    [1, 40.0, 40.0, 52.0, 47.0],
    [0, 5.1, 5.2, 5.4, 5.3],
    [1, 4.0, 2.0, 16.0, 10.0],
]


def digits(x):
    """Digits that hold every tolerance of the tests."""
    return [float(f"{value:.11g}") for value in x.detach().reshape(-1).tolist()]


def pooled(operation):
    """Output and gradient of one operation on the maps and regions."""
    i = torch.arange(math.prod(MAPS), dtype=torch.float64)
    x = (2 * torch.sin(1.3 * i + 0.1)).reshape(MAPS).requires_grad_()
    y = operation(x, torch.tensor(REGIONS, dtype=torch.float64))
    (y.reshape(-1) * torch.cos(0.37 * torch.arange(y.numel(), dtype=torch.float64))).sum().backward()
    return {"output": digits(y), "gradient": digits(x.grad)}


def regions():
    align, pool = [], []
    for size, scale in [([2, 3], 0.5), ([3, 2], 0.25), ([1, 1], 1.0)]:
        for aligned in [False, True]:
            for samples in [0, 1, 2]:
                if size != [2, 3] and samples == 1:
                    continue  # keeps the file small
                call = lambda x, boxes: torchvision.ops.roi_align(x, boxes, size, scale, samples or -1, aligned)
                align.append({"size": size, "scale": scale, "samples": samples, "aligned": aligned} | pooled(call))
        call = lambda x, boxes: torchvision.ops.roi_pool(x, boxes, size, scale)
        pool.append({"size": size, "scale": scale} | pooled(call))
    return {"maps": MAPS, "regions": REGIONS, "align": align, "pool": pool}


def boxes():
    generator = torch.Generator().manual_seed(19)
    draw = lambda *shape: torch.rand(*shape, generator=generator, dtype=torch.float64)
    corners = draw(40, 2) * 60
    some = torch.cat([corners, corners + 1 + draw(40, 2) * 40], 1)
    some = torch.round(some * 1e4) / 1e4
    scores = torch.round(draw(40) * 1e6) / 1e6
    classes = torch.randint(0, 3, (40,), generator=generator)
    truths, proposals = some[:12], some[12:24]
    coder = BoxCoder((10.0, 10.0, 5.0, 5.0))
    deltas = torch.round((draw(12, 4) * 60 - 30) * 1e4) / 1e4  # beyond the limit of the sizes as well
    return {
        "truths": truths.tolist(),
        "proposals": proposals.tolist(),
        "encoded": coder.encode_single(truths, proposals).tolist(),
        "deltas": deltas.tolist(),
        "decoded": coder.decode_single(deltas, proposals).tolist(),
        "boxes": some.tolist(),
        "scores": scores.tolist(),
        "classes": classes.tolist(),
        "iou": torchvision.ops.box_iou(truths, proposals).tolist(),
        "nms": torchvision.ops.nms(some, scores, 0.3).tolist(),
        "batched_nms": torchvision.ops.batched_nms(some, scores, classes, 0.3).tolist(),
    }


for crate, name, made in [("layers", "region_ops", regions()), ("vision", "box_ops", boxes())]:
    folder = os.path.join(HERE, "../../models", crate, "tests/fixtures")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump(made, file, separators=(",", ":"))
        file.write("\n")
