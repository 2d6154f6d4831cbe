"""Which edits merely give a class another name: they say nothing about the annotations that bear it.

A rename changes every annotation of a class in one gesture. Nobody looked at any of them, so none is
gone through, none was edited since a date, and what was judged before is judged still.
"""

from collections.abc import Callable

from projector.annotations.history import is_gesture
from projector.domain.edits import Edit, Kind


class Renames:
    """Gestures on the vocabulary, taken in as their edits arrive, in any order."""

    def __init__(self) -> None:
        self._classes: dict[str, list[Edit]] = {}  # by gesture
        self._back: dict[str, str] = {}

    def take(self, edit: Edit) -> None:
        """Read one more edit."""
        if edit.kind is Kind.CLASS:
            self._classes.setdefault(edit.group, []).append(edit)
            self._back[edit.group] = edit.takes_back

    def is_one(self, edit: Edit) -> bool:
        """Whether an annotation has another label because its class has another name, or none any more."""
        if edit.group not in self._classes or edit.kind is not Kind.ANNOTATION:
            return False
        group = edit.group
        while self._back.get(group, "") in self._classes:  # an undo, or an undo of that
            group = self._back[group]
        names = {str((body or {}).get("label")) for body in (edit.before, edit.after)}
        return self._renames(self._classes[group], names)

    def by_hand(self, edit: Edit, known: Callable[[str], Edit | None]) -> Edit | None:
        """The last gesture on an annotation that was no rename, None where there is none.

        known   the edit of an id
        """
        one: Edit | None = edit
        while one is not None and self.is_one(one):
            one = known(one.parents[0]) if one.parents else None
        return one if one is not None and is_gesture(one) else None

    @staticmethod
    def _renames(classes: list[Edit], names: set[str]) -> bool:
        """Whether one of these names went in a gesture; a class that only came was made for an edit."""
        new = {str(edit.after["name"]) for edit in classes if edit.after}
        if len(new) > 1 and not any(edit.before for edit in classes):  # written for the first time
            return bool(names - new)
        return any(edit.before and str(edit.before["name"]) in names and _is_gone(edit) for edit in classes)


def _is_gone(edit: Edit) -> bool:
    """Whether a class has another name after an edit, or is no more."""
    return edit.after is None or edit.after["name"] != (edit.before or {}).get("name")
