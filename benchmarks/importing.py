"""Import of HAPT and SisFall from text, against pandas.read_csv of the same bytes; parsing alone beside it.

The whole is a library on disk, every ride checked by reading it back. Where the real sets are not at hand,
files of the same form are made up, and the rows say so. The process is warm: each is done once before it is
timed. Times are the fastest of interleaved runs.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
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
            lambda s=one, p=paths: [pd.read_csv(path, header=None, sep=s.separator) for path in p],
            lambda p=paths, at=layout: [read_text(path, at, Wanted()) for path in p],
            lambda s=one, f=folder: import_recordings([f], scratch / "new.h5", as_=s.name, replace=True),
        ]
        turns = [[timed(work) for work in works] for _ in range(1 if small else TURNS + 1)]
        peer, parsing, whole = (min(took) for took in zip(*turns[-TURNS:], strict=True))
        note = f"{len(paths):,} files" if real else "made-up files"
        yield Row(f"import, {one.name}, parsing", parsing, "ms", peer, "read_csv", PARSING_LIMIT * peer, note)
        yield Row(f"import, {one.name}, whole", whole, "ms", peer, "read_csv", one.limit * peer, note)


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
