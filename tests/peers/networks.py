"""Times of the networks of course 4 beside torchvision's, as ratios.

    networks.py PROGRAM [--rounds 3] [--threads 2] [--models resnet18,resnet50]

PROGRAM is c4w2-classic-networks, built in release. Each round times one network by it and then by torchvision:
blank images, 1 for the forward pass and 2 for a training step with Adam. The table has the medians over the
rounds, in milliseconds, and ours divided by theirs.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import torch
import torchvision

NETWORKS = {
    "alexnet-one-weird-trick": ("alexnet", 227),
    "vgg16": ("vgg16", 224),
    "googlenet": ("googlenet", 224),
    "inception-v3": ("inception_v3", 299),
    "resnet18": ("resnet18", 224),
    "resnet50": ("resnet50", 224),
    "mobilenet-v2": ("mobilenet_v2", 224),
    "efficientnet-b0": ("efficientnet_b0", 224),
}
REPETITIONS = 9
BATCH = 2


def median_ms(task):
    task()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        task()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def theirs(name, side):
    options = {"init_weights": False, "aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    net = getattr(torchvision.models, name)(num_classes=1000, **options)
    image = torch.zeros(1, 3, side, side)
    net.eval()
    with torch.no_grad():
        forward = median_ms(lambda: net(image))
    net.train()
    images, labels = torch.zeros(BATCH, 3, side, side), torch.zeros(BATCH, dtype=torch.long)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-6)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(images), labels).backward()
        optimizer.step()

    return forward, median_ms(step) / BATCH


def ours(program, name, threads):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    command = [program, "--models", name, "--json", "--out", os.path.join(tempfile.mkdtemp(), "run")]
    report = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    cost = report["results"]["networks"][0]
    return cost["forward_ms"], cost["step_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", default=",".join(NETWORKS))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print("| network | forward ms | torchvision | ratio | step ms/image | torchvision | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in arguments.models.split(","):
        rounds = []
        for _ in range(arguments.rounds):
            rounds.append((*ours(arguments.program, name, arguments.threads), *theirs(*NETWORKS[name])))
        forward, step, their_forward, their_step = (statistics.median(column) for column in zip(*rounds))
        print(
            f"| {name} | {forward:.1f} | {their_forward:.1f} | {forward / their_forward:.2f} "
            f"| {step:.1f} | {their_step:.1f} | {step / their_step:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
