"""How a contestant in Python is asked: the same lines and the same answers as those of `yardstick::stage`.

A contestant has `say() -> array of rows`, and `single`, `traced`, `batch`, `compile`, each of which does some
evaluations (or compiles some policies) and returns how many; what it has not, it answers with « none ».
"""

import json
import sys
import time
from pathlib import Path

import numpy

NONE = "none"
LEAST = 0.02  # seconds: a repetition lasts this long at least


class Population:
    """The rows that the bench wrote, by column."""

    def __init__(self, path, rows):
        path = Path(path)
        told = json.loads(path.read_text())
        self.rows = min(rows, told["rows"])
        self.today = told["today"]
        self.tables = told["tables"]
        self.widths = told["columns"]
        self.flags = {name for name, width in self.widths.items() if width == "bool"}
        cells = numpy.memmap(path.with_suffix(".i32"), dtype="<i4", mode="r")
        cells = cells.reshape(len(self.widths), told["rows"])[:, : self.rows]
        held = zip(self.widths, cells)
        self.columns = {name: cell != 0 if name in self.flags else cell.copy() for name, cell in held}


def lasting(run):
    """Does it again until it has lasted. Unit: nanoseconds of processor for each."""
    items, start = 0, time.process_time_ns()
    while True:
        items += run()
        elapsed = time.process_time_ns() - start
        if elapsed >= LEAST * 1e9:
            return f"{elapsed / items:.3f}"


def answer(contestant, line):
    word, _, rest = line.partition(" ")
    if word == "say":
        said = numpy.ascontiguousarray(contestant.say(), dtype="<i2")
        said.tofile(rest)
        return str(said.shape[1])
    run = getattr(contestant, word, None)
    return NONE if run is None else lasting(run)


def serve(contestant):
    """Serves until nobody asks any more."""
    for line in sys.stdin:
        try:
            told = answer(contestant, line.strip())
        except Exception as fault:  # what went wrong is the answer
            told = f"{type(fault).__name__}: {fault}".replace("\n", " ")
        print(told, flush=True)
