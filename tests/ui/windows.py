"""The whole window on the sample library, with jobs that run where the test can see them."""

from pathlib import Path

from projector.jobs.runner import SynchronousRunner
from projector.ui.app import Application
from projector.workspace.memory import Memory


def opened(sample: Path | None, memory: Memory | None = None) -> Application:
    """The app as a user has it before them, with a library if one is named."""
    memory = memory or Memory(theme="dark")
    app = Application(memory=memory, remember=False, runner=SynchronousRunner())
    app.window.resize(1400, 850)
    app.window.map.set_animated(False)
    app.window.show()
    app.settle()
    if sample is not None:
        app.pipeline.open(sample)
        settle(app)
    return app


def settle(app: Application) -> None:
    """Everything delayed has happened and every view has drawn."""
    app.settle()
    app.window.map.settle()
    app.settle()
