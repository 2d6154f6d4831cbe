"""What a person brings in from files as a gesture of theirs, though the labels keep their own author's name.

The reason of its edits says so: it tells these apart from what was made by hand, and who can take it back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from projector.domain.edits import Edit

_BY, _FROM = "imported by ", " from “"  # a name may well have the words in it, but hardly the mark


def imported_by(author: str, name: str) -> str:
    """The reason of what somebody brings in from the file of a name."""
    return f"{_BY}{author}{_FROM}{name}”"


def is_import(edit: Edit) -> bool:
    """Brought in by a person from a file, or a way back from that."""
    return edit.reason.startswith(_BY)


def is_step(edit: Edit) -> bool:
    """A part of what can be undone: copies, and a command's imports, have groups that follow from them."""
    return len(edit.group) == 36 and edit.group[14] == "4"  # the version of a UUID: a random one


def whose(edit: Edit) -> str:
    """Who can undo an edit, "" where nobody can."""
    if not is_step(edit):
        return ""
    return edit.reason[len(_BY) :].rpartition(_FROM)[0] if is_import(edit) else edit.author


def told(edits: Sequence[Edit]) -> str:
    """'import 231 annotations from x.json', of several files the first and how many more."""
    names = list(dict.fromkeys(edit.reason.rpartition(_FROM)[2].removesuffix("”") for edit in edits))
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"import {len(edits):,} annotation{'s' * (len(edits) != 1)} from {names[0]}{more}"


def as_imported(
    made: Iterable[Edit], group: Sequence[Edit], known: Callable[[str], Edit | None]
) -> list[Edit]:
    """The edits that take a gesture back, `made`; labels from a file that come back are their author's again.

    known   the edit of an id
    """
    before = {edit.subject: known(edit.parents[0]) for edit in group if edit.parents}
    return [_as_before(edit, before.get(edit.subject)) for edit in made]


def _as_before(edit: Edit, former: Edit | None) -> Edit:
    if former is None or not is_import(former) or edit.after is None or edit.after != former.after:
        return edit
    return replace(edit, author=former.author, reason=former.reason)
