"""Import of HAPT and SisFall from text, against pandas.read_csv of the same bytes; parsing alone beside it.

The whole is a library on disk, every ride checked by reading it back. Where the real sets are not at hand,
files of the same form are made up, and the rows say so. The process is warm: each is done once before it is
timed, which also leaves the files in memory for all. They take turns, each turn beginning with another; times
are the fastest of these. No work keeps what it has parsed longer than an import does: a file.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.rows import Row, main, timed
from projector.library.importing import import_recordings
from projector.library.readers import shipped
from projector.library.readers.table import Wanted
from projector.library.readers.text import read_text

UNPACK = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "unpack"
TURNS = 3


def made_hapt(folder: Path) -> None:
    """One experiment of 61, two minutes of it."""
    (folder / "RawData").mkdir(parents=True)
    values = np.random.default_rng(0).normal(0, 0.3, (6000, 3))
    for kind in ("acc", "gyro"):
        np.savetxt(folder / "RawData" / f"{kind}_exp01_user01.txt", values, fmt="%.16g")
    (folder / "RawData" / "labels.txt").write_text("1 1 5 250 1232\n1 1 7 1233 1392\n")
    (folder / "activity_labels.txt").write_text("5 STANDING\n7 STAND_TO_SIT\n")


def made_sisfall(folder: Path) -> None:
    """One trial of 4,500."""
    (folder / "SA01").mkdir(parents=True)
    values = np.random.default_rng(0).integers(-300, 300, (3000, 9))
    lines = "".join(",".join(f"{value:4d}" for value in row) + ";\n" for row in values.tolist())
    (folder / "SA01" / "D01_SA01_R01.txt").write_text(lines)
    people = "| Subject | Age | Height | Weight | Gender |\n| SA01 | 26 | 165 | 53 | F |\n"
    (folder / "Readme.txt").write_text(people)


@dataclass(frozen=True)
class Set:
    """separator: the one that pandas is given; limit: of the whole import, in times pandas"""

    name: str
    files: str
    separator: str
    limit: float
    make: Callable[[Path], None]


SETS = (
    Set("hapt", "RawData/*_exp*.txt", " ", 4.0, made_hapt),
    Set("sisfall", "*/*.txt", ",", 2.5, made_sisfall),
)
PARSING_LIMIT = 1.2


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    for one in SETS:
        folder, real = recordings(one, scratch, made=small)
        paths = sorted(folder.glob(one.files))
        layout = shipped(one.name).table
        works = [
            lambda s=one, p=paths: each(p, lambda path: pd.read_csv(path, header=None, sep=s.separator)),
            lambda p=paths, at=layout: each(p, lambda path: read_text(path, at, Wanted())),
            lambda s=one, f=folder: import_recordings([f], scratch / "new.h5", as_=s.name, replace=True),
        ]
        peer, parsing, whole = fastest(works, 1 if small else TURNS)
        note = f"{len(paths):,} files" if real else "made-up files"
        yield Row(f"import, {one.name}, parsing", parsing, "ms", peer, "read_csv", PARSING_LIMIT * peer, note)
        yield Row(f"import, {one.name}, whole", whole, "ms", peer, "read_csv", one.limit * peer, note)


def each(paths: Sequence[Path], read: Callable[[Path], object]) -> None:
    """Reads one file after the other, and lets each go."""
    for path in paths:
        read(path)


def fastest(works: Sequence[Callable[[], object]], turns: int) -> list[float]:
    """Milliseconds of each, once each has been done untimed (but for a single turn, which measures nothing).

    All on a thread, as an import reads its files: on the main one Arrow starts another with each, for Ctrl-C.
    """
    took: list[list[float]] = [[] for _ in works]
    with ThreadPoolExecutor(1) as thread:
        for turn in range(turns + (turns > 1)):
            for k in range(turn, turn + len(works)):
                i = k % len(works)
                took[i].append(thread.submit(timed, works[i]).result())
    return [min(times[-turns:]) for times in took]


def recordings(one: Set, scratch: Path, made: bool) -> tuple[Path, bool]:
    """The folder of a set, and whether it is the real one."""
    if UNPACK.exists() and not made:
        done = subprocess.run([UNPACK, one.name], capture_output=True, text=True, check=True)
        return Path(done.stdout.strip()) / one.name, True
    folder = scratch / one.name
    one.make(folder)
    return folder, False


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
