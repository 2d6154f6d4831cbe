"""`make bench`: one table of what is fast and how fast; `python -m benchmarks NAME… [--json]` for some of it.

Each benchmark is a module, run in a process of its own, so that none warms caches for the next. Several take
minutes and gigabytes (`--scratch` says where). `--small` shows that all of them work, and measures nothing.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rows import table

_TEN_MILLION = ("--points", "10000000", "--no-peer", "--only")
_FEW_DOTS = ("--points", "3000")
NOT_JUDGED = {"limit": None, "of_limit": None, "reached": True}  # small input says nothing about limits


@dataclass(frozen=True)
class Benchmark:
    """A module of this package and how it is told what to do.

    rows    its rows that can be run alone, and the arguments for it
    beside  another that is run with it when it is asked for by name
    small   the arguments for seeing that it works
    """

    module: str
    about: str
    arguments: tuple[str, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    small: tuple[str, ...] = ("--small",)


_MAP_ROWS = ("map-pan", "map-zoom", "map-exact", "map-recolour", "map-filter", "map-pick", "map-lasso")
BENCHMARKS = {
    "map": Benchmark(
        "map",
        "frames, picking and lassos among 1,000,000 dots",
        rows={name: ("--only", name) for name in _MAP_ROWS} | {"map-zoom": ("--only", "map-zoom,map-exact")},
        small=_FEW_DOTS,
    ),
    "map-10m": Benchmark(
        "map",
        "frames of 10,000,000 dots",
        (*_TEN_MILLION, "map-pan,map-zoom,map-exact"),
        {f"{name}-10m": (*_TEN_MILLION, name) for name in ("map-pan", "map-zoom", "map-exact")},
        small=_FEW_DOTS,
    ),
    "trace": Benchmark(
        "trace",
        "frames of a day of samples, and of 10,000 annotations",
        ("trace-pan", "trace-intervals"),
        {name: (name,) for name in ("trace-pan", "trace-intervals")},
    ),
    "click": Benchmark("click", "from a click to another ride's trace, 10 GB"),
    "extract": Benchmark("extract", "features of windows", beside=("peers",)),
    "peers": Benchmark("peers", "features beside tsfel and tsfresh"),
    "umap": Benchmark("umap", "maps of 20,000 to 1,000,000 windows, and how good they are"),
    "umap-cold": Benchmark("umap_cold", "the first map of a fresh process"),
    "neighbours": Benchmark("neighbours", "the windows of other rides that are most alike"),
    "import": Benchmark("importing", "recordings from text"),
    "open": Benchmark("open_library", "opening a library of 5,000 rides"),
    "start": Benchmark("start", "from launch to the first painted map"),
    "fleet": Benchmark("fleet", "what an hour of riding costs a core"),
    "growth": Benchmark("growth", "how frames and import grow with dots, hours, annotations, rides"),
    "memory": Benchmark("memory", "the most memory that extraction and projection take"),
    "review": Benchmark("review", "from Space in the review queue to the next event's painted trace"),
    "stall": Benchmark("stall", "the window while the worker works"),
}


def commands(names: Sequence[str], small: bool) -> list[list[str]]:
    """What to run for names of benchmarks or rows, everything for none. Raises KeyError for another name."""
    rows = {row: (one, more) for one in BENCHMARKS.values() for row, more in one.rows.items()}
    known = rows | {name: (one, one.arguments) for name, one in BENCHMARKS.items()}
    asked = [name for one in names for name in (one, *known[one][0].beside)]
    chosen = [known[name] for name in dict.fromkeys(asked) or BENCHMARKS]
    return [[f"benchmarks.{one.module}", *more, *(one.small if small else ())] for one, more in chosen]


def rows_of(text: str) -> list[dict[str, Any]]:
    """A benchmark's rows in the form of `benchmarks.rows`, whichever it printed."""
    return [row if "unit" in row else _frames(row) for row in json.loads(text)]


def _frames(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row about frames: 95th percentile against its limit, medians against the peer's."""
    ours, limit, ratio, least = (row.get(name) for name in ("p95_ms", "limit_ms", "ratio", "least_ratio"))
    told = [f"processor {row['busy_ms']:.1f} ms"] if row.get("busy_ms") else []
    told += [f"to be {least:g}× faster"] if least else []
    return {
        "task": row.get("task") or f"{row['name']}, {row['points']:,} dots, p95",
        "ours": ours,
        "unit": "ms",
        "peer": row.get("peer_ms"),
        "peer_name": row.get("peer") or ("pyqtgraph" if row.get("peer_ms") else ""),
        "ratio": 1 / ratio if ratio else None,
        "limit": limit,
        "of_limit": ours / limit if limit else None,
        "reached": (not limit or ours <= limit) and (not least or not ratio or ratio >= least),
        "note": "; ".join(told),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, all when none is named; 1 when one of them failed."""
    listed = "\n".join(f"  {name:<12}{one.about}" for name, one in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        "benchmarks", description=f"{__doc__}\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a benchmark, or of one row of it")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--small", action="store_true", help="see that they work, measure nothing")
    parser.add_argument("--scratch", help="where files are written and removed again")
    chosen = parser.parse_args(arguments)
    try:
        planned = commands(chosen.names, chosen.small)
    except KeyError as error:
        parser.error(f"there is no benchmark {error}; there are {', '.join(BENCHMARKS)}")
    rows, failed = [], 0
    for command in planned:
        scratch = ["--scratch", chosen.scratch] if chosen.scratch and "benchmarks.map" not in command else []
        done = subprocess.run(
            [sys.executable, "-m", *command, *scratch, "--json"],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            failed = 1
            continue  # it has said why
        found = [row | NOT_JUDGED if chosen.small else row for row in rows_of(done.stdout)]
        rows += found
        if not chosen.json:
            print(table(found), flush=True)
    if chosen.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    return failed


if __name__ == "__main__":
    sys.exit(main())
