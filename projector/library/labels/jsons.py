"""JSON from strangers: parsed without surprises, and walked with a place for every entry."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from projector.domain.errors import InputError
from projector.library.labels.nouns import Refused


def parsed(text: str) -> Any:
    """Any JSON value. Raises InputError for what is none, NaN and endless nesting included."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InputError(f"it is no JSON: {error.msg}", where=f"line {error.lineno}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"it is no JSON that we read: {error}") from None


def entries(found: Any, place: str) -> Iterator[tuple[str, Any]]:
    """("task 2", an object) of a list of objects; what isn't one is a `Refused` in its place."""
    if not isinstance(found, list):
        yield place, Refused(f"there is no list of {place.rpartition(', ')[2]}s")
        return
    for number, one in enumerate(found, start=1):
        yield f"{place} {number}", one if isinstance(one, dict) else Refused("it is no JSON object")


def walk(found: Any, *levels: tuple[str, str]) -> Iterator[tuple[str, Any]]:
    """(place, the objects on the way) of everything that lies under nested lists.

    levels  what an entry is called, and the key under which its own list of the next level stands
    """
    yield from _down(found, "", (), levels)


def _down(
    found: Any, where: str, above: tuple[Any, ...], levels: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, Any]]:
    (name, key), *rest = levels
    for place, one in entries(found, f"{where}, {name}" if where else name):
        if isinstance(one, Refused):
            yield place, one
        elif not rest:
            yield place, (*above, one)
        else:
            yield from _down(one.get(key), place, (*above, one), tuple(rest))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
