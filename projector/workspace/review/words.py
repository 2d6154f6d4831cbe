"""A find's reason in plain words."""

from datetime import datetime

from projector.workspace.review.found import Found, Reason
from projector.workspace.review.people import ALONE, SAYS, WITHOUT
from projector.workspace.review.reasons import Items
from projector.workspace.review.subjects import About


def why(items: Items, item: int) -> str:
    """All reasons of an item: 'starts 1.4 s after the impact · 2.1 s, shorter than a window'."""
    return " · ".join(told(items.found, row) for row in items.finds(item))


def told(finds: Found, row: int) -> str:
    """One find's reason."""
    return _TOLD[Reason(int(finds.reason[row]))](finds, row)


def _unlike(finds: Found, row: int) -> str:
    share, word = finds.value[row], finds.name(int(finds.word[row]))
    return f"looks like {word} ({share:.0%})" if word else f"look-alikes have no label ({share:.0%})"


def _unlabelled(finds: Found, row: int) -> str:
    return f"no label, looks like {finds.name(int(finds.word[row]))} ({finds.value[row]:.0%})"


def _missed(finds: Found, row: int) -> str:
    return "event without an alert"


def _alert(finds: Found, row: int) -> str:
    instead = finds.name(int(finds.word[row]))
    return f"alert while it is labelled {instead}" if instead else "alert without an annotation"


def _edge(finds: Found, row: int) -> str:
    value, usual = float(finds.value[row]), float(finds.usual[row])
    edge = finds.name(int(finds.word[row]))
    side = "after" if value > 0 else "before"
    text = f"{edge} {_seconds(abs(value))} {side} the impact"
    return f"{text}, usually {_seconds(abs(usual))} {'after' if usual > 0 else 'before'}" if usual else text


def _short(finds: Found, row: int) -> str:
    return f"{finds.value[row]:.2g} s, shorter than a window"


def _people(finds: Found, row: int) -> str:
    who, _, what = finds.name(int(finds.word[row])).partition("\t")
    if what in ("starts", "ends"):
        shift = float(finds.value[row])
        return f"{who} {what} it {_seconds(abs(shift))} {'later' if shift > 0 else 'earlier'}"
    if what.startswith(f"{SAYS} "):
        return f"{who} {what}"
    return {WITHOUT: f"{who} has nothing here", ALONE: f"only {who} has this"}.get(what, f"{who}: {what}")


def _edited(finds: Found, row: int) -> str:
    moment = datetime.fromtimestamp(float(finds.value[row]))
    verb = "removed" if finds.about[row] == About.REMOVED else "edited"
    return f"{verb} by {finds.name(int(finds.word[row]))}, {moment:%d %b %H:%M}"


def _theirs(finds: Found, row: int) -> str:
    who = finds.name(int(finds.word[row]))
    return f"{who}'s, other than what counts" if finds.about[row] == About.THEIRS else f"{who}'s"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 0.095 else f"{value:.2f} s"


_TOLD = {
    Reason.UNLIKE: _unlike,
    Reason.UNLABELLED: _unlabelled,
    Reason.MISSED: _missed,
    Reason.ALERT: _alert,
    Reason.EDGE: _edge,
    Reason.SHORT: _short,
    Reason.PEOPLE: _people,
    Reason.EDITED: _edited,
    Reason.THEIRS: _theirs,
}
