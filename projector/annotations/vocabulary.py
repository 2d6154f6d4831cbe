"""The label vocabulary: which classes there are and what each means, read from edits and written as edits.

Where nobody has written one it follows from the labels that are there. What two people wrote apart and then
merged may contradict itself (two classes with one digit, a parent that is gone): it is read all the same, the
earlier class keeping what both want.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from projector.annotations.edits import Hand
from projector.domain.edits import Body, Edit, Kind, derived_id, new_id
from projector.domain.errors import InputError

KEEP, TRIM = "keep", "trim"
DIGITS = range(1, 10)
MOST = 1000  # classes: a place in the palette beyond that is somebody's mistake
LONGEST_NAME = 60


@dataclass(frozen=True)
class LabelClass:
    """A class of labels.

    slot     its place in the palette: colour, and beyond eight classes the marker's shape
    digit    the key that gives it, 0 for none
    point    drawing with it makes points
    overlap  TRIM: what it is drawn over is cut; KEEP: both stay
    parent   the name of another class, "" for none
    subject  of its edits, "" while it is in no store
    """

    name: str
    slot: int = 0
    digit: int = 0
    point: bool = False
    overlap: str = KEEP
    parent: str = ""
    subject: str = ""

    def body(self, order: int) -> dict[str, object]:
        """What its edit says; `order` is its place among the classes."""
        return {
            "name": self.name,
            "colour": self.slot,
            "digit": self.digit,
            "point": self.point,
            "overlap": self.overlap,
            "parent": self.parent,
            "order": order,
        }


Classes = tuple[LabelClass, ...]


def stored(heads: Iterable[Edit]) -> Classes:
    """The classes that somebody wrote, in their order: of several versions the latest, each name once."""
    latest = _latest(edit for edit in heads if edit.kind is Kind.CLASS and edit.after is not None)
    read = [(_order(edit.after), edit.utc, edit.id, _read(edit)) for edit in latest.values()]
    return settled(one for *_, one in sorted(read, key=lambda row: row[:3]) if one is not None)


def settled(classes: Iterable[LabelClass]) -> Classes:
    """The same without contradictions, each parent before its children: the first keeps what two want."""
    by_name: dict[str, LabelClass] = {}
    for one in classes:
        by_name.setdefault(one.name, one)
    digits: set[int] = set()
    slots: set[int] = set()
    wanted = {one.slot for one in by_name.values()}
    for name, one in by_name.items():
        digit = 0 if one.digit in digits else one.digit
        slot = one.slot if one.slot not in slots else _free(wanted | slots)
        digits.add(digit)
        slots.add(slot)
        by_name[name] = replace(one, digit=digit, slot=slot, parent=_sound_parent(one, by_name))
    return tree(tuple(by_name.values()))


def tree(classes: Sequence[LabelClass]) -> Classes:
    """The same classes, each followed by its children."""
    under: dict[str, list[LabelClass]] = {}
    for one in classes:
        under.setdefault(one.parent, []).append(one)
    found: list[LabelClass] = []
    waiting = under.get("", [])[::-1]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += under.get(one.name, [])[::-1]
    return tuple(found)


def depth(classes: Sequence[LabelClass], name: str) -> int:
    """How many classes stand above one: how far it is indented in lists."""
    return len(_ancestors({one.name: one.parent for one in classes}, name))


def complete(classes: Classes, used: Mapping[str, int]) -> Classes:
    """The classes, and after them labels that are used without being among them.

    used   the palette slot of each label there is; those get their digits in its order
    """
    known, digits = {one.name for one in classes}, {one.digit for one in classes}
    free = (digit for digit in DIGITS if digit not in digits)
    others = sorted((name for name in used if name not in known), key=lambda name: used[name])
    return (*classes, *(LabelClass(name, used[name], next(free, 0)) for name in others))


def one_more(classes: Sequence[LabelClass], name: str, slot: int) -> LabelClass:
    """A class beside others, with the first digit that is free."""
    taken = {one.digit for one in classes}
    return LabelClass(name.strip(), slot, next((digit for digit in DIGITS if digit not in taken), 0))


def with_new(classes: Classes, name: str, slot: int) -> Classes:
    """One more class at the end. Raises InputError."""
    return checked((*classes, one_more(classes, name, slot)))


def subject_of(one: LabelClass) -> str:
    """The subject of a class's edits, also of one that nobody has written yet."""
    return one.subject or derived_id("class", one.name)


def free_slot(classes: Sequence[LabelClass]) -> int:
    """The first place in the palette that no class has."""
    return _free({one.slot for one in classes})


def checked(classes: Classes) -> Classes:
    """The classes, when they make sense. Raises InputError that names what doesn't."""
    names = [one.name for one in classes]
    for one in classes:
        if not one.name.strip() or one.name != one.name.strip() or not one.name.isprintable():
            raise InputError(
                "a label's name is a word or a few", remedy="no blanks at its ends, no line ends"
            )
        if len(one.name) > LONGEST_NAME:
            raise InputError(f"a label's name has at most {LONGEST_NAME} characters")
        if sum(one.name.casefold() == name.casefold() for name in names) > 1:
            raise InputError(f"there are two labels {one.name}", remedy="give one another name")
        if one.parent and one.parent not in names:
            raise InputError(f"{one.name} stands under {one.parent}, which there isn't")
        if one.parent and one.name in _ancestors({other.name: other.parent for other in classes}, one.name):
            raise InputError(f"{one.name} would stand under itself")
    _check_unique("digit", [(one.digit, one.name) for one in classes if one.digit])
    _check_unique("colour", [(one.slot, one.name) for one in classes])
    if any(not (0 <= one.slot < MOST and one.digit in (0, *DIGITS)) for one in classes):
        raise InputError("digits go from 1 to 9, and colours are those of the palette")
    return classes


def changes(hand: Hand, heads: Sequence[Edit], wanted: Classes) -> list[Edit]:
    """The edits that make these classes of what stands now: `heads` are the CLASS edits, removals too."""
    versions: dict[str, list[Edit]] = {}
    for edit in heads:
        versions.setdefault(edit.subject, []).append(edit)
    now = _latest(edit for edit in heads if edit.after is not None)
    made, kept = [], set()
    for order, one in enumerate(wanted):
        subject = one.subject or _fresh(one.name, now)
        kept.add(subject)
        before, after = _body(now.get(subject)), one.body(order)
        known = versions.get(subject, [])
        if before != after or len(known) > 1:
            made.append(hand.edit(subject, tuple(edit.id for edit in known), before, after, Kind.CLASS))
    for subject in now.keys() - kept:
        parents = tuple(edit.id for edit in versions[subject])
        made.append(hand.edit(subject, parents, _body(now[subject]), None, Kind.CLASS))
    return made


def told(edits: Sequence[Edit]) -> str:
    """What a gesture did to the classes, in a few words: 'rename fall to tumble · 12 annotations'."""
    of_classes = [edit for edit in edits if edit.kind is Kind.CLASS]
    renamed = {pair: None for edit in of_classes if (pair := _pair(edit, "name"))}
    others = len(edits) - len(of_classes)
    along = f" · {others:,} annotation{'s' * (others != 1)}" if others else ""
    gone = [edit for edit in of_classes if edit.after is None]
    if not renamed and not gone and len(of_classes) > 1:  # written for the first time, with other names
        renamed = {pair: None for edit in edits if (pair := _pair(edit, "label"))}
    if 0 < len(renamed) < 3:
        return f"rename {', '.join(f'{old} to {new}' for old, new in renamed)}{along}"
    if gone and len(gone) < 3:
        return f"remove label {', '.join(str((edit.before or {}).get('name')) for edit in gone)}{along}"
    fresh = [str((edit.after or {}).get("name")) for edit in of_classes if edit.before is None]
    if len(fresh) == 1:
        return f"new label {fresh[0]}{along}"
    if len(of_classes) == 1 and of_classes[0].after:
        return f"label {of_classes[0].after['name']} changed{along}"
    return f"vocabulary changed{along}"


# --- inside -----------------------------------------------------------------------------------------------


def _pair(edit: Edit, key: str) -> tuple[str, str] | None:
    """What an edit changes a name from and to, None when it doesn't."""
    old, new = (edit.before or {}).get(key), (edit.after or {}).get(key)
    return (str(old), str(new)) if old and new and old != new else None


def _latest(edits: Iterable[Edit]) -> dict[str, Edit]:
    """Of each subject the version that was made last."""
    found: dict[str, Edit] = {}
    for edit in edits:
        known = found.setdefault(edit.subject, edit)
        found[edit.subject] = max(known, edit, key=lambda one: (one.utc, one.id))
    return found


def _read(edit: Edit) -> LabelClass | None:
    """The class of an edit, whatever another program wrote into it; None where that names nothing."""
    body = edit.after or {}
    name, slot, digit = body.get("name"), body.get("colour"), body.get("digit")
    if not isinstance(name, str) or not name.strip():
        return None
    return LabelClass(
        name,
        slot if isinstance(slot, int) and 0 <= slot < MOST else 0,
        digit if isinstance(digit, int) and digit in DIGITS else 0,
        body.get("point") is True,
        TRIM if body.get("overlap") == TRIM else KEEP,
        str(body.get("parent") or ""),
        edit.subject,
    )


def _order(body: Body | None) -> float:
    order = (body or {}).get("order")
    return float(order) if isinstance(order, int | float) else float(MOST)


def _sound_parent(one: LabelClass, by_name: Mapping[str, LabelClass]) -> str:
    """The parent, unless it is gone or stands under the class itself."""
    parents = {name: other.parent for name, other in by_name.items()}
    sound = one.parent in by_name and one.name not in _ancestors(parents, one.name)
    return one.parent if sound else ""


def _ancestors(parents: Mapping[str, str], name: str) -> list[str]:
    """The classes above one, itself among them where they go round in a circle."""
    found: list[str] = []
    above = parents.get(name, "")
    while above and above in parents and above not in found:
        found.append(above)
        above = parents[above]
    return found


def _check_unique(what: str, rows: Sequence[tuple[int, str]]) -> None:
    seen: dict[int, str] = {}
    for value, name in rows:
        if value in seen:
            raise InputError(f"{seen[value]} and {name} have the same {what}", remedy="give one another")
        seen[value] = name


def _free(taken: set[int]) -> int:
    return next(slot for slot in range(len(taken) + 1) if slot not in taken)


def _fresh(name: str, now: Mapping[str, Edit]) -> str:
    """The subject of a new class: the same wherever it is made, so that a merge makes two people's one."""
    subject = subject_of(LabelClass(name))
    return new_id() if subject in now else subject


def _body(edit: Edit | None) -> Body | None:
    return None if edit is None else edit.after
