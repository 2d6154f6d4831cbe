"""The real program, started in a process of its own, until its map has been painted."""

import os
import subprocess
import sys

from benchmarks.start import HEAVY, OURS, sample_with_cache, started

AHEAD = """
import sys
import threading
import projector.ui.app as app
from PySide6.QtCore import QTimer

def look():
    name = "pyqtgraph"
    if name in sys.modules:
        began = [one.name for one in threading.enumerate()]
        print("import-ahead" in began, flush=True)
        QTimer.singleShot(0, app.window.close)
    else:
        QTimer.singleShot(0, look)

class Watched(app.Application):
    def __init__(self):
        super().__init__(warm=False)
        app.window = self.window
        assert "pyqtgraph" not in sys.modules
        look()

app.Application, app.AHEAD_MS = Watched, 0
sys.exit(app.run_app(None))
"""


def test_nothing_heavy_is_imported_before_the_map_is_painted(tmp_path, qapp):
    told = started(OURS, tmp_path, str(sample_with_cache(tmp_path)))
    assert "projector.ui.views.map_view" in told["modules"]
    assert [name for name in HEAVY if name in told["modules"]] == []
    assert told["kept"] > 5 * told["looked_through"]  # else looking for garbage holds up a click now and then


def test_what_the_distribution_needs_is_imported_ahead_and_closing_meanwhile_is_no_crash(tmp_path):
    settings = {"QT_QPA_PLATFORM": "offscreen", "PROJECTOR_CONFIG": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", AHEAD], env=os.environ | settings, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "True\n"
