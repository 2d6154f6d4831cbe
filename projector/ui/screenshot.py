"""A picture of the window without a display: for reports, for the README, for machines without a screen."""

import os
from dataclasses import dataclass
from pathlib import Path

from projector.domain.errors import ProjectorError
from projector.ui.png import png_of
from projector.ui.saving import write_whole
from projector.workspace.memory import Memory


@dataclass(frozen=True)
class Shot:
    """What the picture shows. size in points; scale is device pixels a point."""

    select: str = ""
    size: tuple[int, int] = (1400, 850)
    scale: float = 1.0
    theme: str = "dark"
    layout: str = "inspect"
    method: str = "pca"
    layer: str = ""


def take(library: Path, output: Path, shot: Shot) -> None:
    """Draw the window with a library to a PNG file. Raises ProjectorError; what it needs is waited for."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(shot.scale)
    from projector.ui.app import Application

    memory = Memory(theme=shot.theme, layout=shot.layout, method=shot.method)
    app = Application(memory=memory, remember=False, warm=False)
    failures: list[ProjectorError] = []
    app.pipeline.failed.disconnect(app.window.commands.show_error)  # nobody is there to answer a dialog
    app.pipeline.failed.connect(failures.append)
    try:
        app.window.resize(*shot.size)
        app.window.show()
        app.pipeline.open(library)
        app.wait_until_idle()
        if failures:
            raise failures[0]
        if shot.layer:
            app.labelling.open_layer(shot.layer)
        if shot.select:
            app.workspace.select(app.workspace.window_id(shot.select), "command line")
        app.window.map.settle()
        app.settle()
        write_whole(output, png_of(app.window.grab().toImage()))
    finally:
        app.close()
