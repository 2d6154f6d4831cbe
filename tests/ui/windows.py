"""The whole window on the sample library, with jobs that run where the test can see them."""

import shutil
from pathlib import Path

from projector.jobs.runner import SynchronousRunner
from projector.library import met
from projector.ui.app import Application
from projector.workspace.memory import Memory


def opened(sample: Path | None, memory: Memory | None = None) -> Application:
    """The app as a user has it before them, with a library, which this computer knows, if one is named."""
    memory = memory or Memory(theme="dark")
    app = Application(memory=memory, remember=False, runner=SynchronousRunner())
    app.window.resize(1400, 850)
    app.window.map.set_animated(False)
    app.window.show()
    app.settle()
    if sample is not None:
        met.remember(sample)  # else a process of its own reads it first, in each test
        app.pipeline.open(sample)
        settle(app)
    return app


def opened_once(path: Path, memory: Memory) -> Path:
    """A library with all that opening it computes in its cache."""
    opened(path, memory).close()
    return path


def copied(original: Path, folder: Path) -> Path:
    """The library with its cache, in a folder of its own."""
    shutil.copytree(original.with_suffix(".cache"), folder / "rides.cache")
    return Path(shutil.copy(original, folder / "rides.h5"))


def settle(app: Application) -> None:
    """Everything delayed has happened and every view has drawn."""
    app.settle()
    app.window.map.settle()
    app.settle()
