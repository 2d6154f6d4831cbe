"""The first map of a fresh process with nothing compiled, 20,000 windows, against umap-learn likewise.

Beside it the first picture, PCA of the same windows. The time begins when the features are there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, main
from benchmarks.umap import made

WINDOWS, TIMES_FASTER, PICTURE_MS = 20_000, 3.0, 1000.0

_CLOCK = """
import json, sys, time
import numpy as np
values = np.load(sys.argv[1])
began = time.perf_counter()
"""
_TELL = "\nprint(json.dumps(1000 * (time.perf_counter() - began)))\n"
_OURS = """
from projector.projection.registry import project
project(values, tuple(map(str, range(values.shape[1]))), {method!r}, {{}})
"""
_THEIRS = """
import warnings
warnings.simplefilter("ignore")
from umap import UMAP
UMAP().fit_transform(values)
"""


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    windows = 300 if small else WINDOWS
    np.save(scratch / "values.npy", made(windows))
    picture = _cold(_OURS.format(method="pca"), scratch)
    # where nothing is measured, what is compiled may be there: it takes seconds, and theirs a minute
    ours = _cold(_OURS.format(method="umap"), scratch, None if small else "ours")
    theirs = None if small else _cold(_THEIRS, scratch, "theirs")
    limit = theirs and theirs / TIMES_FASTER
    task = f"umap-cold, {windows:,} windows"
    yield Row(f"{task}, finished layout", ours, "ms", theirs, "umap-learn", limit)
    yield Row(f"{task}, first picture (PCA)", picture, "ms", limit=PICTURE_MS)


def _cold(program: str, scratch: Path, cache: str | None = None) -> float:
    """Milliseconds that a program takes once it has its values, in a process of its own.

    cache   a new folder for what numba compiles; None for the one that there is
    """
    env = os.environ | ({"NUMBA_CACHE_DIR": str(scratch / cache)} if cache else {})
    command = [sys.executable, "-c", _CLOCK + program + _TELL, str(scratch / "values.npy")]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
