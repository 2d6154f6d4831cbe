"""A window's labelling without the window: opened as the app opens it, and as a child that is killed."""

import sys
from pathlib import Path

from projector.library import met
from projector.library.library import Library
from projector.workspace.labelling import Labelling
from projector.workspace.memory import Memory
from projector.workspace.workspace import Workspace

Said = list[tuple[int, float, float, str]]


def opened(path: Path, author: str = "anna") -> tuple[Workspace, Labelling]:
    """A workspace on a library, and who edits in it."""
    workspace = Workspace()
    labelling = Labelling(workspace, Memory(author=author))
    met.remember(path)  # else a process of its own reads it first, in each test
    workspace.set_library(Library.open(path))
    return workspace, labelling


def closed(workspace: Workspace, labelling: Labelling) -> None:
    labelling.close()
    workspace.set_library(None)


def said(workspace: Workspace) -> Said:
    """(ride, start, stop, label) of every label that counts, sorted."""
    marks = workspace.annotations
    assert marks is not None
    names = [marks.label_names[code] for code in marks.label.tolist()]
    rows = zip(marks.ride_number.tolist(), marks.start_s.tolist(), marks.stop_s.tolist(), names, strict=True)
    return sorted(rows)


def main() -> None:
    """Edits without end; prints how many labels count after each edit that is acknowledged as saved."""
    workspace, labelling = opened(Path(sys.argv[1]), sys.argv[2])
    ride = int(workspace.library.numbers[0])
    for step in range(100_000):
        labelling.add(ride, step * 1e-3, step * 1e-3 + 1.0, f"{sys.argv[2]} {step}")
        if labelling.unsaved == 0 and labelling.saved_text():
            print(f"{sys.argv[2]} {step}", flush=True)


if __name__ == "__main__":
    main()
