"""PyTorch's side of the speed tables: the rows of tests/src/speed, repeated when asked.

    python tests/peers/pytorch_worker.py lstm --work training [--batch 64] [--time 40] [--channels 128]

Speaks as tests/src/speed/worker.rs does: prints "ready", reads the number of steps from each line, answers
with a JSON list of their milliseconds. Needs torch (and numpy, which torch asks for), torchvision for regions and the
suppression of boxes, and pycocotools for average precision. OMP_NUM_THREADS says how many threads.
"""

import argparse
import json
import math
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

LEARNING_RATE = 1e-6  # so small that the thousandth step still does the work of the first


def dense(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class LeNet5(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.convolution1 = nn.Conv2d(1, channels, 5)
        self.convolution2 = nn.Conv2d(channels, 16, 5)
        self.linear1 = nn.Linear(400, 120)
        self.linear2 = nn.Linear(120, 84)
        self.linear3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.convolution1(x)), 2)
        x = F.avg_pool2d(torch.tanh(self.convolution2(x)), 2)
        x = torch.tanh(self.linear1(x.flatten(1)))
        return self.linear3(torch.tanh(self.linear2(x)))


def normalized(inputs, outputs, kernel, stride=1):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride):
        super().__init__()
        self.narrow = normalized(inputs, width, 1)
        self.spatial = normalized(width, width, 3, stride)
        self.widen = normalized(width, 4 * width, 1)
        same = stride == 1 and inputs == 4 * width
        self.shortcut = nn.Identity() if same else normalized(inputs, 4 * width, 1, stride)

    def forward(self, x):
        y = F.relu(self.spatial(F.relu(self.narrow(x))))
        return F.relu(self.widen(y) + self.shortcut(x))


def resnet50(width):
    layers = [normalized(3, width, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    inputs = width
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append(Bottleneck(inputs, width << stage, stride))
            inputs = 4 * (width << stage)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 6))


class Tagger(nn.Module):
    def __init__(self, layer, hidden):
        super().__init__()
        self.recurrent = layer(64, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 64)

    def forward(self, x):
        return self.head(self.recurrent(x)[0].flatten(0, 1))


def encoder(channels):
    layer = nn.TransformerEncoderLayer(channels, 4, 4 * channels, 0.0, batch_first=True)
    return nn.TransformerEncoder(layer, 2)


ANCHORS = [[1.4, 1.6], [1.8, 4.4], [4.0, 2.8], [6.4, 5.2], [11.0, 9.0]]
CLASSES = 6


def leaky(inputs, outputs, kernel):
    return [*normalized(inputs, outputs, kernel), nn.LeakyReLU(0.1)]


class YoloLite(nn.Module):
    def __init__(self):
        super().__init__()
        pooled = lambda *layers: nn.Sequential(nn.MaxPool2d(2), *layers)
        self.fine = nn.Sequential(
            *leaky(3, 16, 3),
            *pooled(*leaky(16, 32, 3)),
            *pooled(*leaky(32, 64, 3), *leaky(64, 32, 1), *leaky(32, 64, 3)),
        )
        self.middle = pooled(*leaky(64, 128, 3), *leaky(128, 64, 1), *leaky(64, 128, 3))
        self.coarse = pooled(*leaky(128, 256, 3), *leaky(256, 96, 1))
        self.doubled = nn.Upsample(scale_factor=2)
        self.merged = nn.ModuleList([nn.Sequential(*leaky(224, 64, 1)), nn.Sequential(*leaky(128, 96, 3))])
        self.head = nn.Conv2d(96, len(ANCHORS) * (5 + CLASSES), 1)

    def forward(self, x):
        fine = self.fine(x)
        middle = self.middle(fine)
        x = self.coarse(middle)
        for finer, merged in zip([middle, fine], self.merged):
            x = merged(torch.cat([finer, self.doubled(x)], 1))
        return self.head(x)


class YoloLoss:
    """The loss of YOLO as ours has it; which cell and anchor finds which box is worked out once, before it is timed."""

    def __init__(self, pictures, rows=24, columns=32, cell=4, boxes=4):
        self.anchors = torch.tensor(ANCHORS)
        truths, places, offsets, sizes, classes = [], [], [], [], []
        for picture in range(pictures):
            taken = set()
            for number in range(picture * boxes, (picture + 1) * boxes):
                width, height = 8 + number * 7 % 40, 8 + number * 11 % 40
                x, y = number * 37 % (128 - width), number * 53 % (96 - height)
                truths.append((x / cell, y / cell, (x + width) / cell, (y + height) / cell))
                w, h = width / cell, height / cell
                overlap = [min(w, a) * min(h, b) for a, b in ANCHORS]
                overlap = [both / (w * h + a * b - both) for both, (a, b) in zip(overlap, ANCHORS)]
                column, row = int(x / cell + w / 2), int(y / cell + h / 2)
                free = [a for a in range(len(ANCHORS)) if (a, row, column) not in taken]
                anchor = max(free, key=lambda a: overlap[a])
                taken.add((anchor, row, column))
                places.append((picture, anchor, row, column))
                offsets.append((x / cell + w / 2 - column, y / cell + h / 2 - row))
                sizes.append([math.log(side / of) for side, of in zip((w, h), ANCHORS[anchor])])
                classes.append(number % CLASSES)
        self.truths = torch.tensor(truths).reshape(pictures, boxes, 4)
        self.places = torch.tensor(places).T
        self.offsets, self.sizes = torch.tensor(offsets), torch.tensor(sizes)
        self.classes = torch.tensor(classes)
        self.cells = torch.stack(
            torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing="xy"), -1
        ).float()

    def ignored(self, grid):
        """Cells and anchors whose box has an IoU above 0.6 with a true one."""
        middle = grid[..., :2].sigmoid() + self.cells
        half = grid[..., 2:4].clamp(-6, 4).exp() * self.anchors[:, None, None] / 2
        drawn = torch.cat([middle - half, middle + half], -1)[..., None, :]
        truths = self.truths[:, None, None, None]
        inner = torch.minimum(drawn[..., 2:], truths[..., 2:]) - torch.maximum(drawn[..., :2], truths[..., :2])
        shared = inner.clamp(min=0).prod(-1)
        area = lambda boxes: (boxes[..., 2:] - boxes[..., :2]).prod(-1)
        return (shared / (area(drawn) + area(truths) - shared)).amax(-1) > 0.6

    def __call__(self, logits):
        pictures, _, rows, columns = logits.shape
        grid = logits.reshape(pictures, len(ANCHORS), 5 + CLASSES, rows, columns).movedim(2, -1)
        with torch.no_grad():
            weights = torch.where(self.ignored(grid), 0.0, 0.5)
            targets = torch.zeros_like(weights)
            weights[tuple(self.places)], targets[tuple(self.places)] = 2.0, 1.0
        loss = F.binary_cross_entropy_with_logits(grid[..., 4], targets, weights, reduction="sum")
        found = grid[tuple(self.places)]
        loss = loss + 5 * (found[:, :2].sigmoid() - self.offsets).square().sum()
        loss = loss + 2.5 * (found[:, 2:4] - self.sizes).square().sum()
        return (loss + F.cross_entropy(found[:, 5:], self.classes, reduction="sum")) / pictures


def adam(model):
    return torch.optim.Adam(model.parameters(), LEARNING_RATE)


def gradient_descent(model):
    return torch.optim.SGD(model.parameters(), LEARNING_RATE)


def step_of(work, model, optimizer, x, loss):
    if work == "inference":
        model.eval()
        return lambda: model(x)
    optimizer = optimizer(model)

    def step():
        optimizer.zero_grad()
        loss(model(x)).backward()
        optimizer.step()

    return step


def classifier(work, model, x, classes, optimizer=adam):
    rows = model(x[:1]).shape[0] * x.shape[0]  # a recurrent layer answers at every time step
    labels = torch.arange(rows) % classes
    return step_of(work, model, optimizer, x, lambda logits: F.cross_entropy(logits, labels))


def cat_net(work, batch=209, time=1, channels=20):
    target = torch.zeros(batch, 1)
    model = dense(12288, channels, 7, 5, 1)
    return step_of(work, model, gradient_descent, torch.randn(batch, 12288), lambda y: F.mse_loss(y, target))


def tagger(layer, batch=64, time=40):
    def row(work, batch=batch, time=time, channels=128):
        return classifier(work, Tagger(layer, channels), torch.randn(batch, time, 64), 64)

    return row


class YoloV2(nn.Module):
    """The body stage by stage, the finer map beside it in Darknet's order."""

    def __init__(self, classes):
        super().__init__()
        stages = [[32], [64], [128, 64, 128], [256, 128, 256], [512, 256, 512, 256, 512], [1024, 512] * 2 + [1024]]
        inputs, self.stages = 3, nn.ModuleList()
        for number, widths in enumerate(stages):
            layers = [nn.MaxPool2d(2)] if number > 0 else []
            for place, outputs in enumerate(widths):
                layers += leaky(inputs, outputs, 1 if place % 2 else 3)
                inputs = outputs
            self.stages.append(nn.Sequential(*layers))
        self.deep = nn.Sequential(*leaky(1024, 1024, 3), *leaky(1024, 1024, 3))
        self.passthrough = nn.Sequential(*leaky(512, 64, 1))
        self.merged = nn.Sequential(*leaky(1280, 1024, 3))
        self.head = nn.Conv2d(1024, 5 * (5 + classes), 1)

    def forward(self, x):
        for stage in self.stages:
            fine, x = x, stage(x)
        fine = self.passthrough(fine)
        batch, channels, height, width = fine.shape
        fine = fine.reshape(batch, channels * height // 4, 2, width, 2).permute(0, 2, 4, 1, 3)
        fine = fine.reshape(batch, 4 * channels, height // 2, width // 2)
        return self.head(self.merged(torch.cat([fine, self.deep(x)], 1)))


MODELS = {
    "cat_net": cat_net,
    "mlp": lambda work, batch=256, time=1, channels=512: classifier(
        work, dense(784, channels, channels, 10), torch.randn(batch, 784), 10
    ),
    "lenet5": lambda work, batch=64, time=1, channels=6: classifier(
        work, LeNet5(channels), torch.randn(batch, 1, 32, 32), 10
    ),
    "resnet50": lambda work, batch=16, time=1, channels=64: classifier(
        work, resnet50(channels).eval(), torch.randn(batch, 3, 64, 64), 6
    ),
    "lstm": tagger(nn.LSTM),
    "gru": tagger(nn.GRU),
    "rnn": tagger(nn.RNN),
    "lstm_long": tagger(nn.LSTM, batch=1, time=1000),
    "gru_long": tagger(nn.GRU, batch=1, time=1000),
    "rnn_long": tagger(nn.RNN, batch=1, time=1000),
    "encoder": lambda work, batch=32, time=64, channels=128: step_of(
        work, encoder(channels), adam, torch.randn(batch, time, channels), lambda y: y.square().mean()
    ),
    "yolo_lite": lambda work, batch=16, time=1, channels=16: step_of(
        work, YoloLite(), adam, torch.randn(batch, 3, 96 * time, 128 * time), YoloLoss(batch, 24 * time, 32 * time)
    ),
    "yolo_v2": lambda work, batch=1, time=1, channels=80: step_of(
        work, YoloV2(channels), adam, torch.randn(batch, 3, 608, 608), lambda y: y.square().mean()
    ),
}


def operation(shape, layer, of_data=False):
    """A row of one operation; `shape` and `layer` are told the sizes that were asked for."""

    def row(work, **sizes):
        x, layer_ = torch.randn(shape(**sizes)), layer(**sizes)
        if work == "inference":
            layer_.eval()
            return lambda: layer_(x)
        x.requires_grad_(not of_data)
        gradient = torch.ones_like(layer_(x))

        def step():
            x.grad = None
            layer_.zero_grad()
            layer_(x).backward(gradient)

        return step

    return row


def convolution(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


class SelfAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.attention = nn.MultiheadAttention(channels, 4, batch_first=True)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


class RoiAlign(nn.Module):
    def __init__(self, regions):
        super().__init__()
        import torchvision.ops  # which no other row needs

        self.align = torchvision.ops.roi_align
        corners = [(i * 37 % 600, i * 53 % 600) for i in range(regions)]
        sizes = [(40 + i * 29 % 260, 40 + i * 31 % 260) for i in range(regions)]
        self.boxes = torch.tensor(
            [(0, x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes)], dtype=torch.float32
        )

    def forward(self, x):
        return self.align(x, self.boxes, (7, 7), 1 / 16, -1, True)


def yolo_loss(work, batch=16, time=1, channels=1):
    logits = torch.randn(batch, len(ANCHORS) * (5 + CLASSES), 24, 32, requires_grad=work == "training")
    loss = YoloLoss(batch)
    if work == "inference":
        return lambda: loss(logits)

    def step():
        logits.grad = None
        loss(logits).backward()

    return step


def suppression(bounds):
    def row(work, batch=10_000, time=1, channels=1):
        import torchvision.ops

        boxes = torch.tensor([bounds(i) for i in range(batch)], dtype=torch.float32)
        scores = torch.tensor([i * 7577 % batch / batch for i in range(batch)])
        return lambda: torchvision.ops.nms(boxes, scores, 0.5)

    return row


def average_precision(work, batch=5000, time=1, channels=6):
    """By pycocotools, which this row needs; the pictures are those of tests/src/speed/counting.rs."""
    import contextlib
    import io

    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truths, found = [], []
    for number in range(batch):
        for place in range(20):
            seed = number * 31 + place
            x, y = seed * 7919 % 400, seed * 6007 % 300
            w, h = 20 + seed * 29 % 80, 20 + seed * 31 % 80
            label = 1 + (number + place) % channels
            if place < 7:
                box = {"id": len(truths) + 1, "image_id": number + 1, "category_id": label, "bbox": [x, y, w, h]}
                truths.append({**box, "area": w * h, "iscrowd": 0})
            moved = (number * 5 + place * 3) % 12 if place < 7 else 0
            score = (number * 20 + place) * 7577 % 100_003 / 100_003
            found.append({"image_id": number + 1, "category_id": label, "bbox": [x + moved, y, w, h], "score": score})
    images = [{"id": number + 1} for number in range(batch)]
    categories = [{"id": label + 1} for label in range(channels)]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {"images": images, "categories": categories, "annotations": truths}
        truth.createIndex()
        loaded = truth.loadRes(found)

    def step():
        with contextlib.redirect_stdout(io.StringIO()):
            counted = COCOeval(truth, loaded, "bbox")
            counted.evaluate()
            counted.accumulate()
            counted.summarize()

    return step


def clustered(i):
    x, y = i // 50 * 379 % 3000 + i * 7 % 9, i // 50 * 613 % 3000 + i * 5 % 9
    return x, y, x + 60 + i * 11 % 13, y + 60 + i * 3 % 13


def uniform(i):
    x, y = i * 7919 % 4001, i * 6007 % 4003
    return x, y, x + 20 + i * 29 % 80, y + 20 + i * 31 % 80


def pictures(channels, pixels, batch, times=1):
    return lambda batch=batch, time=1, channels=channels: (batch, times * channels, pixels, pixels)


def sequences(batch=32, time=64, channels=128):
    return batch, time, channels


def of_channels(build, channels):
    return lambda batch=1, time=1, channels=channels: build(channels)


PIECES = {
    "tanh": operation(pictures(6, 28, 64), of_channels(lambda _: nn.Tanh(), 6)),
    "convolution_1x1": operation(
        pictures(64, 16, 16, times=4), of_channels(lambda c: convolution(4 * c, c, 1), 64)
    ),
    "convolution_1x1_of_data": operation(
        pictures(64, 16, 16, times=4), of_channels(lambda c: convolution(4 * c, c, 1), 64), of_data=True
    ),
    "convolution_3x3": operation(pictures(64, 16, 16), of_channels(lambda c: convolution(c, c, 3), 64)),
    "convolution_3x3_deep": operation(
        pictures(512, 2, 16), of_channels(lambda c: convolution(c, c, 3), 512)
    ),
    "convolution_7x7": operation(
        lambda batch=16, time=1, channels=64: (batch, 3, 64, 64),
        of_channels(lambda c: convolution(3, c, 7, 2), 64),
    ),
    "batch_norm": operation(pictures(256, 16, 16), of_channels(nn.BatchNorm2d, 256)),
    "linear": operation(sequences, of_channels(lambda c: nn.Linear(c, 4 * c), 128)),
    "attention": operation(sequences, of_channels(SelfAttention, 128)),
    "average_pooling": operation(pictures(6, 28, 64), of_channels(lambda _: nn.AvgPool2d(2), 6)),
    "roi_align": operation(
        lambda batch=300, time=1, channels=256: (1, channels, 50, 50),
        lambda batch=300, time=1, channels=256: RoiAlign(batch),
    ),
    "yolo_loss": yolo_loss,
    "nms_clustered": suppression(clustered),
    "nms_uniform": suppression(uniform),
    "average_precision": average_precision,
}


def arguments():
    parser = argparse.ArgumentParser(description="Repeats one row in PyTorch when asked.")
    parser.add_argument("row", choices=[*MODELS, *PIECES])
    parser.add_argument("--work", choices=["training", "inference"], default="training")
    for size in ["batch", "time", "channels"]:
        parser.add_argument(f"--{size}", type=int)
    return parser.parse_args()


def main():
    given = arguments()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    sizes = {name: getattr(given, name) for name in ["batch", "time", "channels"]}
    sizes = {name: size for name, size in sizes.items() if size is not None}
    build = {**MODELS, **PIECES}[given.row]
    print("ready", flush=True)
    step = None
    for line in sys.stdin:
        step = step or build(given.work, **sizes)
        milliseconds = []
        with torch.inference_mode(given.work == "inference"):
            for _ in range(int(line)):
                start = time.perf_counter()
                step()
                milliseconds.append((time.perf_counter() - start) * 1e3)
        print(json.dumps(milliseconds), flush=True)


if __name__ == "__main__":
    main()
