"""What the measurements share: a row of the table, timing, how cost grows, and their command line.

Each module has a function `measure(small, scratch)` that yields rows; `small` is for seeing that it works.
"""

import argparse
import contextlib
import json
import math
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table; lower is better.

    ours        in `unit`; what it is (a median, a 95th percentile) stands in the task's name
    peer        the same work done by `peer_name`, in the same run
    limit       what is to be reached, in `unit`; where the issue gives a ratio, that times the peer
    """

    task: str
    ours: float
    unit: str = "ms"
    peer: float | None = None
    peer_name: str = ""
    limit: float | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        told = asdict(self)
        told["ratio"] = None if not self.peer else self.ours / self.peer
        told["of_limit"] = None if not self.limit else self.ours / self.limit
        told["reached"] = self.limit is None or self.ours <= self.limit
        return told


Measure = Callable[[bool, Path], Iterator[Row]]


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """e where cost grows as sizeᵉ: the slope of the least-squares line in logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    middle = sum(x) / len(x)
    return sum((a - middle) * b for a, b in zip(x, y, strict=True)) / sum((a - middle) ** 2 for a in x)


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


class HelpersMemory:
    """The most that each process started by another has had, added up: `mb` in MB, once the `with` is left.

    Looked up five times a second under /proc, 0 where there is none. What several have mapped counts for each
    of them, libraries and the table's file, so in truth it is less.
    """

    def __init__(self, pid: Callable[[], int | None]) -> None:
        self._pid, self._peaks, self._over = pid, dict[int, float](), threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @property
    def mb(self) -> float:
        return sum(self._peaks.values())

    def __enter__(self) -> "HelpersMemory":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            mine = self._pid()
            for child in [one for one, parent in _parents().items() if parent == mine]:
                self._peaks[child] = high_water_mb(child) or self._peaks.get(child, 0.0)


def _parents() -> dict[int, int]:
    """The parent of each process, by number."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return found


def high_water_mb(pid: int) -> float | None:
    """What Linux counts as the most that a process had in memory, its own and of files, None elsewhere."""
    with contextlib.suppress(OSError):  # it has ended, or another system
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return None


def table(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as text: task, ours, peer, ratio, limit, ratio to the limit."""
    lines = [f"{'task':52} {'ours':>12} {'peer':>12} {'ratio':>7} {'limit':>12} {'of limit':>8}"]
    for row in rows:
        cells = [_cell(row.get(name), row["unit"]) for name in ("ours", "peer", "limit")]
        ratio, of_limit = (_ratio(row.get(name)) for name in ("ratio", "of_limit"))
        said = "; ".join(part for part in (row.get("peer_name"), row.get("note")) if part)
        missed = "" if row["reached"] else "  MISSED"
        lines.append(
            f"{row['task'][:52]:52} {cells[0]:>12} {cells[1]:>12} {ratio:>7} {cells[2]:>12} {of_limit:>8}"
            f"{missed}{f'  ({said})' if said else ''}"
        )
    return "\n".join(lines)


def _cell(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if abs(value) >= 1000 else f"{value:.3g} {unit}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _judged(row: Row, small: bool) -> Row:
    """Small input says nothing about limits."""
    return replace(row, limit=None) if small else row


def main(about: str | None, measure: Measure, arguments: list[str] | None = None) -> int:
    """The command line of one module."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="see that it works, measure nothing")
    parser.add_argument("--scratch", type=Path, help="where files are written and removed again")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        os.environ["PROJECTOR_CONFIG"] = str(Path(folder, "config"))  # nothing is left in the user's own
        rows = [_judged(row, chosen.small).as_dict() for row in measure(chosen.small, Path(folder))]
    print(json.dumps(rows, indent=1, ensure_ascii=False) if chosen.json else table(rows))
    return 0
