"""Which libraries this computer has met: written here, or probed once in a process of its own.

libhdf5 has crashed on files that were damaged or made to do harm, and a crash takes the window with it. So a
file that this computer hasn't met is read by a child first; its identity (place, size, time of change) is
kept, and the next opening costs nothing. What the child doesn't get through, nobody opens.
"""

import contextlib
import json
import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

from platformdirs import user_cache_path

from projector.domain.errors import LibraryError
from projector.library.checks import RESTORE
from projector.library.replacing import identity

MOST_KEPT = 1000
PATIENCE_S = 120.0
_by_this_process: set[str] = set()


def known(path: Path) -> bool:
    """Whether this very file was written or probed here before."""
    mark = _mark(path)
    return mark in _by_this_process or mark in _marks()


def remember(path: Path) -> None:
    """Keeps a file's identity. Where that cannot be kept, the file is probed again next time."""
    mark = _mark(path)
    _by_this_process.add(mark)
    marks = [*(old for old in _marks() if old != mark), mark][-MOST_KEPT:]
    with contextlib.suppress(OSError):
        _list().parent.mkdir(parents=True, exist_ok=True)
        draft = _list().with_suffix(f".{os.getpid()}")
        draft.write_text("\n".join(marks))
        draft.replace(_list())


def probe(path: Path) -> None:
    """Reads a file in a child process and remembers it when that went well. Raises LibraryError.

    Where no child can be started (a process limit), the same checks as ever are made on opening.
    """
    command = [sys.executable, "-m", "projector.library.probe", str(path)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        raise LibraryError("reading it does not come to an end", where=str(path), remedy=RESTORE) from None
    except OSError:
        return
    try:
        refusal = json.loads(child.stdout)
    except ValueError:
        raise LibraryError(
            "the file is damaged: it ends the process that reads it", where=str(path), remedy=RESTORE
        ) from None
    if refusal:
        raise LibraryError(refusal["what"], where=refusal["where"], remedy=refusal["remedy"])
    remember(path)


def _list() -> Path:
    return user_cache_path("projector") / "libraries_met"


def _marks() -> list[str]:
    try:
        return _list().read_text().split()
    except (OSError, ValueError):
        return []


def _mark(path: Path) -> str:
    return blake2b(repr((path.resolve(), identity(path))).encode(), digest_size=16).hexdigest()
