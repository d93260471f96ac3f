"""Training steps and inference of every model in PyTorch beside ours, in turns: time and peak memory.

    cargo build --release --workspace --examples
    python3 -m venv v && v/bin/pip install torch torchvision numpy
    v/bin/python tests/peers/layers.py target/release/examples/speed [--pieces] [--out figures.json]

For every row there are three processes at once, ours, plain Burn and PyTorch (see pytorch_worker.py), of
which one works at a time: a few steps each, in turns, for ROUNDS rounds, so that what slows the machine
down slows all of them down. A ratio is the median of the ratios of the rounds, not the ratio of the
printed medians. A round in which other processes had the processor is done again. On a machine that others
use as well, first give the shell a higher priority, as root: `echo -20 > /proc/self/autogroup`. Memory is
the peak of the process (VmHWM), and in brackets what it rose by after the program and its libraries were
loaded. The table goes to standard output as Markdown.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROUND_MS = 150  # each process works about that long in a round
MOST_STEPS = 200
DISTURBED = 0.15  # of a core, taken by others from the cores in use
MOST_TRIES = 6
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of_all():
    """Processor time that all processes have had, in seconds."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


class Worker:
    """A process that repeats a step when asked, see tests/src/speed/worker.rs."""

    def __init__(self, command, threads):
        environment = os.environ | {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline().strip() == "ready", command
        self.threads = threads
        self.loaded = self.peak()
        self.run(2)  # sets it up, and starts its threads
        self.steps = max(1, min(MOST_STEPS, int(ROUND_MS / max(1e-3, min(self.run(2))))))

    def run(self, steps):
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def round(self):
        """The median of a few steps in a row, the least disturbed of some tries."""
        tries = []
        while len(tries) < MOST_TRIES:
            start, others = time.perf_counter(), seconds_of_all() - self.seconds()
            milliseconds = statistics.median(self.run(self.steps))
            elapsed = time.perf_counter() - start
            others = (seconds_of_all() - self.seconds() - others) / elapsed
            disturbed = others - (os.cpu_count() - self.threads)
            tries.append((disturbed, milliseconds))
            if disturbed < DISTURBED:
                break
        return min(tries)[1]

    def seconds(self):
        """Processor time that this process has had, in seconds."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def peak(self):
        """The most memory held so far, in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def measure(commands, threads, rounds):
    """Returns each process's milliseconds by round, and its memory."""
    workers = {name: Worker(command, threads) for name, command in commands.items()}
    times = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            times[name].append(worker.round())
    memory = {name: {"peak": worker.peak(), "loaded": worker.loaded} for name, worker in workers.items()}
    for worker in workers.values():
        worker.stop()
    return times, memory


def ratio(times, ours, theirs):
    return statistics.median(a / b for a, b in zip(times[ours], times[theirs]))


def cell_of_memory(memory):
    return f"{memory['peak']:.0f} (+{memory['peak'] - memory['loaded']:.0f})"


HEADINGS = [
    "row", "work", "threads", "ours ms", "plain ms", "PyTorch ms",
    "**ours/PyTorch**", "plain/PyTorch", "ours/plain", "ours MiB", "PyTorch MiB",
]  # fmt: skip


def line_of(result):
    times, memory = result["milliseconds"], result["memory"]
    medians = {name: statistics.median(rounds) for name, rounds in times.items()}
    return [
        result["title"],
        result["work"],
        str(result["threads"]),
        *(f"{medians[name]:.2f}" for name in ["ours", "plain", "pytorch"]),
        f"**{ratio(times, 'ours', 'pytorch'):.2f}**",
        f"{ratio(times, 'plain', 'pytorch'):.2f}",
        f"{ratio(times, 'ours', 'plain'):.2f}",
        cell_of_memory(memory["ours"]),
        cell_of_memory(memory["pytorch"]),
    ]


def print_line(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description="Our steps beside PyTorch's, taken in turns.")
    parser.add_argument("program", help="the built example `speed`")
    parser.add_argument("--rows", nargs="+", help="only these rows")
    parser.add_argument("--pieces", action="store_true", help="single operations instead of models")
    parser.add_argument("--work", nargs="+", default=["training", "inference"])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", help="a JSON file for all figures")
    return parser.parse_args()


def main():
    given = arguments()
    listed = json.loads(subprocess.run([given.program], check=True, capture_output=True, text=True).stdout)
    if given.rows:
        rows = [row for row in listed["models"] + listed["pieces"] if row["name"] in given.rows]
    else:
        rows = listed["pieces" if given.pieces else "models"]
    peer = [sys.executable, os.path.join(HERE, "pytorch_worker.py")]
    print_line(HEADINGS)
    print_line(["---"] * len(HEADINGS))
    results = []
    for work in given.work:
        for row in rows:
            for threads in given.threads:
                asked = [row["name"], "--work", work]
                commands = {
                    "ours": [given.program, *asked, "--path", "ours"],
                    "pytorch": [*peer, *asked],
                    "plain": [given.program, *asked, "--path", "plain"],
                }
                times, memory = measure(commands, threads, given.rounds)
                result = row | {"work": work, "threads": threads, "milliseconds": times, "memory": memory}
                results.append(result)
                print_line(line_of(result))
    if given.out:
        with open(given.out, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
