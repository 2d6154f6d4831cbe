"""A vocabulary while somebody changes it: nothing counts until it is saved, and no two classes collide."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from projector.annotations import vocabulary
from projector.annotations.vocabulary import Classes, LabelClass
from projector.workspace.vocabulary import Usage


@dataclass(eq=False)
class Row:
    """A class under way; `original` is the name it has in the store, "" for a new one.

    above   the row that it stands under: names won't do, while one is typed it is empty or another's
    """

    original: str
    one: LabelClass
    above: "Row | None" = None


class VocabularyDraft:
    """Rows are in order, each parent before its children."""

    def __init__(self, classes: Classes) -> None:
        self.base = classes
        taken = {one.subject for one in classes if one.subject}
        self.rows = [Row(one.name, _lasting(one, taken)) for one in classes]
        by_name = {row.one.name: row for row in self.rows}
        for row in self.rows:
            row.above = by_name.get(row.one.parent)
        self._held: tuple[Row | None, dict[Row, LabelClass]] = (None, {})
        self._heirs: dict[str, Row] = {}  # of a class that goes: who takes over its annotations

    # --- facts ------------------------------------------------------------------------------------

    @property
    def classes(self) -> Classes:
        return tuple(row.one for row in self.rows)

    def renamed(self) -> dict[str, str]:
        """The name that annotations get, by the one that they have."""
        own = {row.original: row.one.name for row in self.rows if row.original not in ("", row.one.name)}
        return own | {name: heir.one.name for name, heir in self._heirs.items()}

    def depth(self, row: Row) -> int:
        return vocabulary.depth(self.classes, row.one.name)

    def possible_parents(self, row: Row) -> list[str]:
        """The classes that one may stand under: not itself, nor what stands under it."""
        return [other.one.name for other in self.rows if other not in self._below(row)]

    def consequences(self, usage: Callable[[str], Usage]) -> list[str]:
        """What saving does to annotations: 'fall becomes tumble: 12 annotations on 3 rides; …'."""
        lines = []
        for old, new in self.renamed().items():
            used = usage(old)
            parts = [part for part in (used.told(), used.told_others()) if part]
            lines.append(f"{old} becomes {new}: {'; '.join(parts) or 'no annotation has it'}")
        return lines

    # --- changing ---------------------------------------------------------------------------------

    def add(self, name: str) -> Row:
        """One more class at the end; a name that is taken gets a number."""
        names = {row.one.name.casefold() for row in self.rows}
        numbered = (f"{name} {number}" for number in range(2, len(names) + 3))
        free = name if name.casefold() not in names else next(n for n in numbered if n not in names)
        slot = vocabulary.free_slot(self.classes)
        self.rows.append(Row("", vocabulary.one_more(self.classes, free, slot)))
        return self.rows[-1]

    def rename(self, row: Row, name: str) -> None:
        """Another name; the children of the class follow."""
        row.one = replace(row.one, name=name)
        for other in self.rows:
            if other.above is row:
                other.one = replace(other.one, parent=name)

    def set_digit(self, row: Row, digit: int) -> Row | None:
        """Another digit; whoever had it gets the other one in exchange, and is returned.

        Trying one after another comes to the same as choosing the last at once.
        """
        for at, before in self._before(row).items():
            at.one = replace(at.one, digit=before.digit)
        other = self._having(row, "digit", digit) if digit else None
        if other is not None:
            other.one = replace(other.one, digit=row.one.digit)
        row.one = replace(row.one, digit=digit)
        return other

    def set_slot(self, row: Row, slot: int) -> Row | None:
        """Another place in the palette, as `set_digit`."""
        for at, before in self._before(row).items():
            at.one = replace(at.one, slot=before.slot)
        other = self._having(row, "slot", slot)
        if other is not None:
            other.one = replace(other.one, slot=row.one.slot)
        row.one = replace(row.one, slot=slot)
        return other

    def set_rules(self, row: Row, *, point: bool, overlap: str) -> None:
        row.one = replace(row.one, point=point, overlap=overlap)

    def set_parent(self, row: Row, parent: str) -> None:
        """Stand under another class, or under none ("")."""
        above = (other for other in self.rows if parent and other is not row and other.one.name == parent)
        self._put_under(row, next(above, None))
        self._arrange()

    def move(self, row: Row, by: int) -> bool:
        """Change places with the class before (-1) or after (1) that has the same parent."""
        peers = [other for other in self.rows if other.above is row.above]
        to = peers.index(row) + by
        if not 0 <= to < len(peers):
            return False
        a, b = self.rows.index(row), self.rows.index(peers[to])
        self.rows[a], self.rows[b] = self.rows[b], self.rows[a]
        self._arrange()
        return True

    def remove(self, row: Row, heir: Row | None = None) -> None:
        """A class goes; its children move up, and `heir` takes over its annotations."""
        self.rows.remove(row)
        for other in self.rows:
            if other.above is row:
                self._put_under(other, row.above)
        left = {name: one for name, one in self._heirs.items() if one is not row}
        if heir is not None:
            inherited = [row.original, *(name for name, one in self._heirs.items() if one is row)]
            left |= {name: heir for name in inherited if name}
        self._heirs = left
        self._arrange()

    def bearing(self, row: Row) -> list[str]:
        """The labels whose annotations would be a class's: its own, and those it takes over."""
        return [name for name in (row.original, *self._heirs) if name and self._becomes(name) is row]

    # --- inside -----------------------------------------------------------------------------------

    def _becomes(self, name: str) -> Row | None:
        return self._heirs.get(name) or next((row for row in self.rows if row.original == name), None)

    def _before(self, row: Row) -> dict[Row, LabelClass]:
        """The classes as they were before one's digit or colour was first changed, in one go."""
        if self._held[0] is not row or self._held[1].keys() != set(self.rows):
            self._held = (row, {other: other.one for other in self.rows})
        return self._held[1]

    def _having(self, row: Row, what: str, value: int) -> Row | None:
        return next((o for o in self.rows if o is not row and getattr(o.one, what) == value), None)

    def _below(self, row: Row) -> list[Row]:
        """A class and all that stand under it."""
        found = [row]
        for other in self.rows:  # each parent stands before its children
            if other is not row and any(other.above is one for one in found):
                found.append(other)
        return found

    @staticmethod
    def _put_under(row: Row, above: Row | None) -> None:
        row.above = above
        row.one = replace(row.one, parent="" if above is None else above.one.name)

    def _arrange(self) -> None:
        """Each row followed by its children; by name it would go astray while one is typed."""
        under: dict[Row | None, list[Row]] = {}
        for row in self.rows:
            under.setdefault(row.above, []).append(row)
        self.rows, waiting = [], under.get(None, [])[::-1]
        while waiting:
            self.rows.append(waiting.pop())
            waiting += under.get(self.rows[-1], [])[::-1]


def _lasting(one: LabelClass, taken: set[str]) -> LabelClass:
    """A class that nobody has written yet, as the one it stays whatever its name becomes."""
    subject = vocabulary.subject_of(one)
    return one if one.subject or subject in taken else replace(one, subject=subject)
