"""`make bench`: run every measurement, or `python -m benchmarks map trace` those that are named.

Each is a module beside this one, run in a process of its own, so that none warms caches for the next.
A module that cannot be run is a helper of theirs.
"""

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def benchmarks() -> dict[str, str]:
    """Each benchmark's name and the first line of what it says it measures."""
    found = {}
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        text = path.read_text(encoding="utf-8")
        if '__name__ == "__main__"' in text:
            found[path.stem] = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    return found


def main(names: list[str]) -> int:
    """Run the named benchmarks, all when none is named; the exit code is the worst of theirs."""
    known = benchmarks()
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    worst = 0
    for name in names or known:
        print(f"\n{name}: {known[name]}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        worst = max(worst, subprocess.run(command, cwd=FOLDER.parent, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
