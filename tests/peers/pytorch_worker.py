"""PyTorch's side of the speed tables: the rows of tests/src/speed, repeated when asked.

    python tests/peers/pytorch_worker.py lstm --work training [--batch 64] [--time 40] [--channels 128]

Speaks as tests/src/speed/worker.rs does: prints "ready", reads the number of steps from each line, answers
with a JSON list of their milliseconds. Needs torch (and numpy, which torch asks for), and torchvision for
roi_align. OMP_NUM_THREADS says
how many threads.
"""

import argparse
import json
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
