"""Which keys an action has: those of the tables unless somebody has changed them, and never one key for two.

Two actions collide over a key when they live where both would hear it: on the same widget, or one of them
everywhere. Nothing here draws or stores; a choice is a mapping from an action's id to its keys.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from projector.ui.actions.spec import EVENTS, MAP, QUEUE, WINDOW, ActionSpec

Bindings = Mapping[str, tuple[str, ...]]
Specs = Sequence[ActionSpec]
MOST_KEYS = 4
_HELD = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_PORTABLE = QKeySequence.SequenceFormat.PortableText
# what a widget does with keys that are no actions
FIXED = {
    MAP: {
        **dict.fromkeys(("Left", "Right", "Up", "Down"), "steps to the next dot on the map"),
        **dict.fromkeys(("Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down"), "pans the map"),
        **dict.fromkeys(("+", "=", "-"), "zooms the map"),
        "Esc": "leaves one level on the map",
    },
    **dict.fromkeys(
        (EVENTS, QUEUE),
        dict.fromkeys(
            ("Left", "Right", "Up", "Down", "Home", "End", "PgUp", "PgDown"), "goes through the list"
        ),
    ),
}


def normal(key: object) -> str:
    """One key with what is held, as it is written everywhere; "" for what is none."""
    if not isinstance(key, str):
        return ""
    sequence = QKeySequence.fromString(key, _PORTABLE)
    if sequence.count() != 1:
        return ""
    pressed, held = _parts(sequence)
    if pressed == Qt.Key.Key_unknown or not int(pressed):
        return ""
    if pressed == Qt.Key.Key_Backtab:
        pressed, held = Qt.Key.Key_Tab, held | Qt.KeyboardModifier.ShiftModifier
    held &= ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(held, pressed)).toString(_PORTABLE)


def _parts(sequence: QKeySequence) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """The one key of a sequence and what is held with it."""
    combination = sequence[0]  # type: ignore[index]
    return combination.key(), combination.keyboardModifiers()


def defaults(specs: Specs) -> dict[str, tuple[str, ...]]:
    """The keys of the tables, by id."""
    return {spec.id: tuple(normal(key) for key in spec.keys) for spec in specs}


def reach(spec: ActionSpec) -> frozenset[str]:
    """The widgets on which an action's keys are heard."""
    return frozenset({spec.scope, EVENTS, QUEUE} if spec.listed else {spec.scope})


def meet(one: ActionSpec, other: ActionSpec) -> bool:
    """Whether a key of both would be heard in one place."""
    return WINDOW in (one.scope, other.scope) or bool(reach(one) & reach(other))


def collisions(specs: Specs, bindings: Bindings) -> list[tuple[str, str, str]]:
    """(key, an action's id, another's) of every key that two actions would answer."""
    holders: dict[str, list[ActionSpec]] = {}
    for spec in specs:
        for key in dict.fromkeys(bindings.get(spec.id, ())):
            holders.setdefault(key, []).append(spec)
    return [
        (key, one.id, other.id)
        for key, several in holders.items()
        for one, other in itertools.combinations(several, 2)
        if meet(one, other)
    ]


def refusal(specs: Specs, bindings: Bindings, spec: ActionSpec, key: str) -> str:
    """Why an action can't have a key, as a sentence that names who has it; "" when it can."""
    wanted = {**bindings, spec.id: (key,)}
    for _, *pair in collisions(specs, wanted):
        if spec.id in pair:
            other = next(one for one in specs if one.id in pair and one.id != spec.id)
            return f"{shown(key)} is taken: it does “{plain(other.text)}” {where(other)}."
    return _kept(specs, spec, key)


def _kept(specs: Specs, spec: ActionSpec, key: str) -> str:
    """Keys that belong to menus, to lists and to typing."""
    pressed, held = _parts(QKeySequence.fromString(key, _PORTABLE))
    menus = {menu.partition("&")[2][:1].upper(): plain(menu) for menu in (one.menu for one in specs)}
    if key.startswith("Alt+") and key[4:] in menus:
        return f"{shown(key)} is taken: it opens the {menus[key[4:]]} menu."
    for place in reach(spec):
        if place in FIXED and key in FIXED[place] and key not in spec.keys:
            return f"{shown(key)} is taken: it {FIXED[place][key]}."
    bare = not held & _HELD
    function = Qt.Key.Key_F1 <= pressed <= Qt.Key.Key_F35
    if spec.scope == WINDOW and bare and not function and key not in spec.keys:
        return (
            f"{shown(key)} alone is needed where one types and in lists: "
            "for what works everywhere take a function key, or hold Ctrl or Alt."
        )
    return ""


def chosen(specs: Specs, stored: Mapping[str, object]) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """All keys with what is stored put over the defaults, and what of it was ignored, in words.

    What is unknown, unreadable or taken falls back to the default.
    """
    usual, ignored = defaults(specs), []
    wanted: dict[str, tuple[str, ...]] = {}
    by_id = {spec.id: spec for spec in specs}
    for id_, keys in stored.items():
        read = [normal(key) for key in keys] if isinstance(keys, list | tuple) else [""]
        if id_ not in by_id:
            ignored.append(f"there is no action {id_}")
        elif not all(read):
            ignored.append(f"{keys!r} are no keys for {id_}")
        else:
            wanted[id_] = tuple(dict.fromkeys(read))
    while True:
        bindings = {**usual, **wanted}
        bad = _first_refused(specs, bindings, [id_ for id_ in wanted if wanted[id_] != usual[id_]], by_id)
        if bad is None:
            return bindings, ignored
        ignored.append(f"{bad[0]}: {bad[1]}")
        del wanted[bad[0]]


def _first_refused(
    specs: Specs, bindings: Bindings, ids: Iterable[str], by_id: Mapping[str, ActionSpec]
) -> tuple[str, str] | None:
    for id_ in ids:
        for key in bindings[id_]:
            why = refusal(specs, bindings, by_id[id_], key)
            if why:
                return id_, why
    return None


def to_store(specs: Specs, bindings: Bindings) -> dict[str, list[str]]:
    """What differs from the defaults: later versions may choose other defaults for the rest."""
    usual = defaults(specs)
    return {id_: list(keys) for id_, keys in bindings.items() if keys != usual[id_]}


def shown(key: str) -> str:
    """A key as it is printed on this system."""
    return QKeySequence.fromString(key, _PORTABLE).toString(QKeySequence.SequenceFormat.NativeText)


def words(specs: Specs, bindings: Bindings) -> dict[str, str]:
    """What a text calls each action: its first key, or what its menu says where it has none."""
    return {
        spec.id: shown(bindings[spec.id][0]) if bindings[spec.id] else f"“{plain(spec.text)}”"
        for spec in specs
    }


def plain(text: str) -> str:
    """A menu's text without its marks."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def where(spec: ActionSpec) -> str:
    """Where an action's keys are heard, in words."""
    if spec.scope == WINDOW:
        return "everywhere"
    names = {EVENTS: "the list of events", QUEUE: "the review queue"}
    places = sorted(reach(spec), key=lambda place: (place in names, place))
    return "on " + ", ".join(names.get(place, f"the {place}") for place in places)
