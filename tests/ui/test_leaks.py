"""Opening, looking, projecting, labelling, undoing, closing, again and again: nothing piles up.

What is left behind once a cycle shows as one more a cycle: of a class of ours, of Qt's objects, of open
files, of threads. At full size memory may grow by what the allocator scatters: a KB a cycle.
The edits that a cycle makes are no part of it: its label store is gone before the next one.
"""

import ctypes
import faulthandler
import gc
import os
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from projector.library.label_store import store_path
from projector.projection.parameters import PCAParameters
from projector.ui.app import Application
from projector.workspace.memory import Memory
from tests.ui.windows import opened

PROC = Path("/proc/self")
MOST_BYTES = 1024
LONGEST_S = 1800  # where others use the computer, too, it took 18 minutes


@pytest.fixture
def desk(qapp: object, sample_with_cache: Path) -> Iterator[Application]:
    """The app as a labeller has it; the edits are gone later."""
    app = opened(sample_with_cache, Memory(theme="dark", layout="label", author="anna"))
    app.window.resize(1000, 650)  # every part is painted, and sooner
    yield app
    app.close()
    store_path(sample_with_cache).unlink(missing_ok=True)


def test_nothing_piles_up(desk: Application, sample_with_cache: Path) -> None:
    piled = piled_up(desk, sample_with_cache, warm_up=3, cycles=5)
    assert piled.more == {}
    assert piled.references_lost == {}


@pytest.mark.long
def test_nothing_piles_up_for_long(
    desk: Application, sample_with_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        faulthandler.dump_traceback_later(LONGEST_S, exit=True)  # instead of the time that other tests have
        piled = piled_up(desk, sample_with_cache, warm_up=50, cycles=500, every=10)
        print(f"\na cycle keeps {piled.bytes_a_cycle:,.0f} bytes, {piled.blocks_a_cycle:.2f} Python blocks")
    assert piled.more == {}
    assert piled.references_lost == {}
    assert piled.bytes_a_cycle <= MOST_BYTES


def test_a_closed_window_leaves_nothing_behind(qapp: QApplication) -> None:
    gc.collect()
    before = of_the_system()
    left = opened_and_closed(before)
    for _ in range(2):
        gc.collect()
        qapp.processEvents()
    assert [name for name, part in left.items() if part() is not None] == []
    assert of_the_system() - before == {}


def opened_and_closed(before: Counter[str]) -> dict[str, weakref.ref]:
    """What an app with its worker consisted of."""
    app = Application(memory=Memory(theme="dark"), remember=False, warm=False)
    app.window.show()
    app.wake()
    app.settle()
    assert of_the_system() != before
    parts = (app.window, app.workspace, app.labelling, app.pipeline, app.runner, app.window.review_queue)
    app.close()
    assert not isValid(app.window)  # else it ends with the interpreter, in no order
    return {type(part).__name__: weakref.ref(part) for part in parts}


class Piled(NamedTuple):
    """What many cycles leave behind.

    more             what there is at least one more of after each of them
    references_lost  by how much the counts of None and True ever fell below what they were before
    bytes_a_cycle    of memory; the slope of a line through all readings: a single one may be off by pages
    blocks_a_cycle   of Python's allocator, of which an object takes at least one; likewise
    """

    more: dict[str, int]
    references_lost: dict[str, int]
    bytes_a_cycle: float
    blocks_a_cycle: float


def piled_up(app: Application, path: Path, *, warm_up: int, cycles: int, every: int = 1) -> Piled:
    """Go through many cycles and read the counts and the memory `every` so many."""
    for _ in range(warm_up):
        cycle(app, path)
    before, readings = there(app), [reading(0)]
    for done in range(1, cycles + 1):
        cycle(app, path)
        if done % every == 0:
            readings.append(reading(done))
    more = {name: count for name, count in (there(app) - before).items() if count >= cycles}
    at, memory, blocks, nones, trues = np.array(readings).T
    lost = {name: int(found[0] - found.min()) for name, found in (("None", nones), ("True", trues))}
    slopes = (float(np.polyfit(at, found, 1)[0]) for found in (memory, blocks))
    return Piled(more, {name: by for name, by in lost.items() if by}, *slopes)


def cycle(app: Application, path: Path) -> None:
    """Open; look at a ride and at a part of it; project; label; review; undo; close."""
    workspace, window = app.workspace, app.window
    store_path(path).unlink(missing_ok=True)  # every edit is kept, as it should be: not across cycles
    app.pipeline.open(path)
    workspace.show_ride(int(workspace.library.numbers[3]))
    app.settle(1)
    window.trace.zoom(0.5)
    app.pipeline.project("pca", PCAParameters())
    workspace.select_event(workspace.annotations.of_ride(workspace.ride).start)
    for id_ in ("label_2", "next_item", "unsure", "undo", "undo"):
        window.actions_by_id[id_].trigger()
        app.settle(1)
    workspace.set_library(None)
    app.settle(1)


def there(app: Application) -> Counter[str]:
    """How many there are of each class of ours, and of what Qt and the system have for us."""
    tidied_up()
    app.qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    kinds = (type(one) for one in gc.get_objects())
    found = Counter(kind.__qualname__ for kind in kinds if str(kind.__module__).startswith("projector."))
    found["Qt objects"] = len(app.window.findChildren(QObject))
    found["widgets"] = len(QApplication.allWidgets())
    return found + of_the_system()


def of_the_system() -> Counter[str]:
    """Threads of Python and, where the system tells, of all; open files; child processes."""
    found = Counter(threads=threading.active_count())
    if PROC.exists():
        found["open files"] = len(os.listdir(PROC / "fd"))
        found["children"] = len((PROC / f"task/{os.getpid()}/children").read_text().split())
    return found


def reading(done: int) -> tuple[int, int, int, int, int]:
    """Cycles done, bytes, Python's blocks, how often None and True are referred to."""
    memory = private_bytes()
    return done, memory, sys.getallocatedblocks(), sys.getrefcount(None), sys.getrefcount(True)


def private_bytes() -> int:
    """Bytes in memory that are no file's, without what is free; 0 where the system doesn't tell."""
    tidied_up()
    if not PROC.exists():
        return 0
    ctypes.CDLL(None).malloc_trim(0)
    _, resident, shared, *_ = (int(pages) for pages in (PROC / "statm").read_text().split())
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def tidied_up() -> None:
    """Nothing waits for the collector, and the interpreter's cache of attributes is empty.

    That cache keeps the names it was asked for, up to 4,096; PySide asks for "value" by a new text whenever
    an enum is passed, so that it takes thousands of cycles to fill and looks like a leak meanwhile.
    """
    gc.collect()
    clear = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache  # its name from 3.13 on
    clear()
