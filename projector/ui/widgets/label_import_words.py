"""What an import of labels would do, and did, in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from projector.ui.hints import with_keys


def told(files: Sequence[dict[str, Any]]) -> str:
    """'37 labels on 4 rides can be taken, 2 of them are there already, 3 can't be:'."""
    taken, rides, new = (sum(one[name] for one in files) for name in ("taken", "rides", "new"))
    refused, held = len(refused_rows(files)), len(held_rows(files))
    if not taken and not refused:
        return "there is no label in it"
    first = "none can be taken"
    if taken:
        first = f"{labels(taken)} on {rides:,} ride{'s' * (rides != 1)} can be taken"
    there = taken - new - held
    known = f", {there:,} of them {'are' if there != 1 else 'is'} there already" if there else ""
    since = f", {held:,} {'were' if held != 1 else 'was'} changed or deleted here" if held else ""
    return f"{first}{known}{since}" + (f", {refused:,} can't:" if refused else "")


def taken_told(files: Sequence[dict[str, Any]], layer: str, *, restored: bool) -> str:
    """'31 labels imported into layer anna, 2 were there already · Ctrl+Z takes them back'."""
    new, taken = (sum(one[name] for one in files) for name in ("new", "taken"))
    held, left = len(held_rows(files)), len(refused_rows(files))
    there = taken - new - (0 if restored else held)
    parts = [f"{labels(new)} imported into layer {layer}"]
    if there:
        parts.append(f"{there:,} {'were' if there != 1 else 'was'} there already")
    if held and not restored:
        parts.append(f"{held:,} that {'were' if held != 1 else 'was'} changed or deleted here stayed so")
    if left:
        parts.append(f"{left:,} {'rows were' if left != 1 else 'row was'} left out")
    return ", ".join(parts) + (with_keys(" · {undo} takes them back") if new else "")


def refused_rows(files: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(file, place, reason) of everything that can't be taken."""
    found = []
    for one in files:
        name = Path(one["path"]).name
        if one["error"]:
            found.append((name, "the whole file", str(one["error"])))
        found += [(name, row["place"], row["reason"]) for row in one["refused"]]
    return found


def held_rows(files: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(file, place, what became of it) of labels that somebody has changed or deleted since."""
    return [(Path(one["path"]).name, row["place"], row["became"]) for one in files for row in one["held"]]


def labels(count: int) -> str:
    """'1 label', '12 labels'."""
    return f"{count:,} label{'s' * (count != 1)}"
