"""Write the parts of the documents that the program knows better than any person: `make docs`.

    README.md       the table of features, as `projector features list --markdown` prints it
    docs/keys.md    every action that has a key, from the table of actions

Each stands between two marks, `generated: NAME` and `end of NAME`, and only that is written. A test runs
this and fails where a document would change.
"""

import os
import re
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from click.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent


def features() -> str:
    """The table of features, as the command prints it."""
    from projector.cli import cli

    printed = CliRunner().invoke(cli, ["features", "list", "--markdown"], catch_exceptions=False)
    return printed.output.strip()


def keys() -> str:
    """One table a menu, then the mouse."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from projector.ui.actions import ACTIONS, MOUSE

    sections = []
    for menu, actions in groupby((action for action in ACTIONS if action.keys), lambda action: action.menu):
        rows = [
            (
                " · ".join(action.keys),
                action.text.replace("&", "").rstrip("…"),
                _where(action.scope, action.listed),
            )
            for action in actions
        ]
        sections.append(_table(menu.replace("&", ""), ("Keys", "What they do", "Where"), rows))
    sections.append(_table("Mouse", ("Gesture", "What it does"), MOUSE))
    return "\n\n".join(sections)


_NAMES = {"queue": "review queue"}


def _where(scope: str, listed: bool) -> str:
    if listed:
        return ", ".join(
            dict.fromkeys((f"the {_NAMES.get(scope, scope)}", "the list of events", "the review queue"))
        )
    return "everywhere" if scope == "window" else f"the {scope}"


def _table(
    title: str, heads: tuple[str, ...], rows: "list[tuple[str, ...]] | tuple[tuple[str, ...], ...]"
) -> str:
    lines = [f"## {title}", "", *(_row(cells) for cells in (heads, ("---",) * len(heads), *rows))]
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "features": ("README.md", features),
    "keys": ("docs/keys.md", keys),
}


def renewed(name: str) -> tuple[Path, str]:
    """A document's path and its whole text with the named part made anew."""
    file, make = PARTS[name]
    path = ROOT / file
    begin, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
    part = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    text, count = part.subn(lambda _: f"{begin}\n{make()}\n{end}", path.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{file} must have the marks {begin} and {end} once")
    return path, text


if __name__ == "__main__":
    for part in PARTS:
        file, text = renewed(part)
        file.write_text(text, encoding="utf-8")
