"""From launch to the first painted window with the sample's map, against an empty PySide6 + pyqtgraph window.

Each start is a process of its own with compiled bytecode; the sample's table and map are in its cache.
Painted means: the map's paint event, with dots to paint, is over. Modules are those of that moment.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, main
from projector.domain.nouns import WindowRule
from projector.domain.progress import silent
from projector.jobs.tasks import TASKS
from projector.projection.parameters import PCAParameters

ROOT = Path(__file__).resolve().parent.parent
STARTS = 7
HEAVY = ("pandas", "pyarrow", "scipy", "sklearn", "umap", "numba", "pynndescent")

_WATCH = """
import gc, json, os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer

class Watch(QObject):
    # tells once that a widget has been painted while `ready`, then what happens next
    def __init__(self, widget, ready, then):
        super().__init__(widget)
        self.ready, self.then = ready, then
        widget.installEventFilter(self)

    def eventFilter(self, widget, event):
        if event.type() == QEvent.Type.Paint and self.ready():
            widget.removeEventFilter(self)
            QTimer.singleShot(0, self.tell)  # when this paint event is over
        return False

    def tell(self):
        objects = {"kept": gc.get_freeze_count(), "looked_through": len(gc.get_objects())}
        print(json.dumps({"at": time.time(), "modules": sorted(sys.modules)} | objects), flush=True)
        self.then()
"""

OURS = (
    _WATCH
    + """
import projector.ui.app as app
from projector.cli import run

class Watched(app.Application):
    def __init__(self):
        super().__init__()
        map = self.window.map
        self.watch = Watch(map.surface, lambda: self.workspace.projection is not None, self.window.close)

app.Application = Watched
run(["open", sys.argv[1]])
"""
)

EMPTY = (
    _WATCH
    + """
import pyqtgraph
from PySide6.QtWidgets import QMainWindow

app = pyqtgraph.mkQApp()
window, plot = QMainWindow(), pyqtgraph.PlotWidget()
window.setCentralWidget(plot)
window.resize(1400, 850)
watch = Watch(plot.viewport(), lambda: True, window.close)
window.show()
app.exec()
window.deleteLater()
"""
)


def started(program: str, scratch: Path, *arguments: str, bytecode: Path | None = None) -> dict[str, Any]:
    """Start a program; what it told of its first paint, and `seconds` since the launch.

    bytecode    where it keeps what it compiles; None for where it always does
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPYCACHEPREFIX": str(bytecode)} if bytecode else {}
    env["PROJECTOR_CONFIG"] = str(scratch / "config")
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.time()
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True, cwd=ROOT, timeout=120)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return told | {"seconds": told["at"] - began}


def sample_with_cache(scratch: Path) -> Path:
    """A copy of the sample library whose table and PCA are in its cache."""
    path = Path(shutil.copy(ROOT / "sample_data" / "rides.h5", scratch))
    TASKS["project"](str(path), asdict(WindowRule()), "pca", PCAParameters().as_dict(), progress=silent)
    return path


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    path = sample_with_cache(scratch)
    both = {"ours": (OURS, str(path)), "empty": (EMPTY,)}
    took: dict[str, list[float]] = {name: [] for name in both}
    for turn in range(1 if small else STARTS + 1):
        for name, (program, *arguments) in both.items():
            own = None if small else scratch / "bytecode"
            seconds = started(program, scratch, *arguments, bytecode=own)["seconds"]
            if turn or small:  # the first one compiles
                took[name].append(1000 * seconds)
    ours, empty = (statistics.median(took[name]) for name in both)
    yield Row("start, to the sample's painted map, median", ours, "ms", empty, "an empty window", 2 * empty)


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
