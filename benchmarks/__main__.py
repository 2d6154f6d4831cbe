"""`make bench`: run every measurement, or `python -m benchmarks map trace` those that are named.

Each is a module of its own, run in a process of its own, so that none warms caches for the next.
"""

import subprocess
import sys

# module → what it measures
BENCHMARKS = {
    "map": "frames, picking and lassos of the map",
    "trace": "frames of the trace, its overview and its annotations",
    "extract": "windows a second, by all cores and by one",
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all when none is named; the exit code is the worst of theirs."""
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    worst = 0
    for name in names or BENCHMARKS:
        print(f"\n{name}: {BENCHMARKS[name]}", flush=True)
        worst = max(
            worst, subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        )
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
