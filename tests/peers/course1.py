"""Course 1's trainings in NumPy, the course's own tool, beside ours: the same work, taken in turns.

    cargo build --release -p fireside-tests --example course1_job
    python tests/peers/course1.py target/release/examples/course1_job

Needs NumPy. Each training runs ROUNDS times, NumPy and ours alternating; the table gives medians and their
ratio, ours by NumPy's. NumPy computes in its default 64-bit floats and the cost in every iteration, as the
course's programs do; ours in 32-bit floats, and the cost when it is asked for. Both use all cores.
"""

import statistics
import subprocess
import sys
import time

import numpy as np

ROUNDS = 5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_of(a, y):
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def pictures():
    rng = np.random.RandomState(0)
    x = rng.randint(0, 256, size=(209, 64, 64, 3)).reshape(209, -1).T / 255
    return x, rng.randint(0, 2, size=(1, 209))


def logistic(iterations):
    x, y = pictures()
    m = x.shape[1]
    w, b = np.zeros((x.shape[0], 1)), 0.0
    start = time.perf_counter()
    for _ in range(iterations):
        a = sigmoid(np.dot(w.T, x) + b)
        cost_of(a, y)
        dw, db = np.dot(x, (a - y).T) / m, np.mean(a - y)
        w, b = w - 0.005 * dw, b - 0.005 * db
    return time.perf_counter() - start


def deep(sizes, iterations):
    x, y = pictures()
    m = x.shape[1]
    rng = np.random.RandomState(1)
    ws = [rng.randn(o, i) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
    bs = [np.zeros((o, 1)) for o in sizes[1:]]
    last = len(ws) - 1
    start = time.perf_counter()
    for _ in range(iterations):
        a, inputs, zs = x, [], []
        for l, (w, b) in enumerate(zip(ws, bs)):
            inputs.append(a)
            z = np.dot(w, a) + b
            zs.append(z)
            a = sigmoid(z) if l == last else np.maximum(0, z)
        cost_of(a, y)
        da = -(np.divide(y, a) - np.divide(1 - y, 1 - a))
        for l in range(last, -1, -1):
            if l == last:
                s = sigmoid(zs[l])
                dz = da * s * (1 - s)
            else:
                dz = np.where(zs[l] > 0, da, 0)
            dw, db = np.dot(dz, inputs[l].T) / m, np.sum(dz, axis=1, keepdims=True) / m
            da = np.dot(ws[l].T, dz)
            ws[l], bs[l] = ws[l] - 0.0075 * dw, bs[l] - 0.0075 * db
    return time.perf_counter() - start


def planar(iterations):
    rng = np.random.RandomState(1)
    m = 400
    x, y = rng.randn(2, m), (np.arange(m) >= m // 2).astype(int).reshape(1, m)
    w1, b1 = rng.randn(4, 2) * 0.01, np.zeros((4, 1))
    w2, b2 = rng.randn(1, 4) * 0.01, np.zeros((1, 1))
    start = time.perf_counter()
    for _ in range(iterations):
        a1 = np.tanh(np.dot(w1, x) + b1)
        a2 = sigmoid(np.dot(w2, a1) + b2)
        cost_of(a2, y)
        dz2 = a2 - y
        dw2, db2 = np.dot(dz2, a1.T) / m, np.sum(dz2, axis=1, keepdims=True) / m
        dz1 = np.dot(w2.T, dz2) * (1 - np.power(a1, 2))
        dw1, db1 = np.dot(dz1, x.T) / m, np.sum(dz1, axis=1, keepdims=True) / m
        w1, b1 = w1 - 1.2 * dw1, b1 - 1.2 * db1
        w2, b2 = w2 - 1.2 * dw2, b2 - 1.2 * db2
    return time.perf_counter() - start


JOBS = {
    "logistic": lambda: logistic(2000),
    "two_layer": lambda: deep([12288, 7, 1], 2500),
    "l_layer": lambda: deep([12288, 20, 7, 5, 1], 2500),
    "planar": lambda: planar(10_000),
}


def ours(program, name):
    return float(subprocess.run([program, name], check=True, capture_output=True, text=True).stdout)


def main():
    program = sys.argv[1]
    print(f"{'training':12} {'NumPy s':>10} {'ours s':>10} {'ratio':>7}")
    for name, job in JOBS.items():
        pairs = [(job(), ours(program, name)) for _ in range(ROUNDS)]
        numpy_s, ours_s = (statistics.median(side) for side in zip(*pairs))
        print(f"{name:12} {numpy_s:10.3f} {ours_s:10.3f} {ours_s / numpy_s:7.2f}", flush=True)


main()
