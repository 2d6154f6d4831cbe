"""Opening, looking, projecting, labelling, undoing, closing, again and again: nothing piles up.

What is left behind once a cycle shows as one more a cycle: of a class of ours, of Qt's objects, of open
files, of threads. At full size memory may grow by what the allocator scatters: a KB a cycle.
"""

import ctypes
import gc
import os
import threading
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def desk(qapp: object, sample_with_cache: Path) -> Iterator[Application]:
    """The app as a labeller has it; the edits are gone later."""
    app = opened(sample_with_cache, Memory(theme="dark", layout="label", author="anna"))
    yield app
    app.close()
    store_path(sample_with_cache).unlink(missing_ok=True)


def test_nothing_piles_up(desk: Application, sample_with_cache: Path) -> None:
    assert piled_up(desk, sample_with_cache, warm_up=2, cycles=5)[0] == {}


@pytest.mark.long
def test_nothing_piles_up_for_long(desk: Application, sample_with_cache: Path) -> None:
    more, bytes_a_cycle = piled_up(desk, sample_with_cache, warm_up=50, cycles=500)
    assert more == {}
    assert bytes_a_cycle <= MOST_BYTES


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


def piled_up(app: Application, path: Path, *, warm_up: int, cycles: int) -> tuple[dict[str, int], float]:
    """What there is at least one more of after each cycle, and the bytes that a cycle keeps."""
    for _ in range(warm_up):
        cycle(app, path)
    before, bytes_before = there(app), resident()
    for _ in range(cycles):
        cycle(app, path)
    after, bytes_after = there(app), resident()
    more = {name: count for name, count in (after - before).items() if count >= cycles}
    return more, (bytes_after - bytes_before) / cycles


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
    for id_ in ("label_2", "label_3", "next_item", "unsure", "undo", "undo"):
        window.actions_by_id[id_].trigger()
        app.settle(1)
    workspace.set_library(None)
    app.settle(1)


def there(app: Application) -> Counter[str]:
    """How many there are of each class of ours, and of what Qt and the system have for us."""
    gc.collect()
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


def resident() -> int:
    """Bytes in memory, without what the allocator has free; 0 where the system doesn't tell."""
    if not PROC.exists():
        return 0
    ctypes.CDLL(None).malloc_trim(0)
    return int((PROC / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
