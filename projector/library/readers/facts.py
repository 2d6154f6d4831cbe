"""What is known about a ride apart from its samples: from its path, its header, files beside it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from projector.domain.errors import InputError
from projector.library.readers.description import Description, FactSource, Start
from projector.library.readers.patterns import Facts, Match, fill, inside
from projector.library.readers.sidecar import cell_of, read_sidecar
from projector.library.readers.text import load_bytes

MAX_JSON = 16 << 20


def gather(description: Description, match: Match, header: Sequence[str]) -> dict[str, str | float]:
    """All facts of a ride. Raises InputError where a source of them cannot be read."""
    facts: dict[str, str | float] = dict(match.parts)
    for source in description.facts:
        facts.update(_take(source, match.root, facts, header))
    return facts


def metadata(description: Description, facts: Facts) -> dict[str, str | float]:
    """What is kept of them: every fact whose name doesn't start with _, and what `metadata` adds; renamed."""
    kept = {name: value for name, value in facts.items() if not name.startswith("_")}
    added = {name: fill(template, facts, "metadata") for name, template in description.metadata.items()}
    return {name: _renamed(description, name, value) for name, value in (kept | added).items() if value != ""}


def _renamed(description: Description, name: str, value: str | float) -> str | float:
    return description.rename.get(name, {}).get(str(value).removesuffix(".0"), value)


def _take(source: FactSource, root: Path, facts: Facts, header: Sequence[str]) -> dict[str, str | float]:
    if source.source == "header":
        found = _from_header(header)
    elif source.source == "json":
        found = _from_json(inside(root, source.file, facts))
    else:
        found = _from_table(source, root, facts)
    return {fact: found[name] for fact, name in source.take.items() if name in found}


def _from_header(header: Sequence[str]) -> dict[str, str | float]:
    """`Age: 22` → Age: 22. Where a name stands twice the first counts."""
    pairs = [line.split(":", 1) for line in header if ":" in line]
    return {name.strip(): value_of(value) for name, value in reversed(pairs)}


def _from_json(path: Path) -> dict[str, str | float]:
    """Text and numbers of a JSON object; those of objects within it are named `outer.inner`."""
    try:
        tree = json.loads(load_bytes(path, MAX_JSON))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"this is no JSON that can be read: {error}", where=str(path)) from None
    found: dict[str, str | float] = {}
    _flatten(tree, "", found)
    return found


def _flatten(node: object, name: str, found: dict[str, str | float]) -> None:
    if isinstance(node, Mapping):
        for key, value in node.items():
            _flatten(value, f"{name}.{key}" if name else str(key), found)
    elif isinstance(node, str | int | float):
        found[name] = node if isinstance(node, str) else float(node)


def _from_table(source: FactSource, root: Path, facts: Facts) -> dict[str, str | float]:
    """The one row of a table that matches. A ride without a row has no facts from it."""
    path = inside(root, source.file, facts)
    table = read_sidecar(path, source.table, (*source.match, *source.take.values()))
    rows = list(table.select({column: fill(value, facts) for column, value in source.match.items()}))
    if len(rows) > 1:
        raise InputError(f"{len(rows)} rows match {dict(source.match)}", where=str(path))
    names = source.take.values()
    return {name: value_of(cell_of(row, table.at(name))) for row in rows for name in names}


def value_of(text: str) -> str | float:
    """A number where the text is a plain one; "007" stays text."""
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    plain = text == "0" or text[:1] in "123456789-." or text.startswith("0.")
    return number if plain and "_" not in text and number - number == 0 else text


def start_of(start: Start | None, facts: Facts) -> datetime | None:
    """When the ride began, as its description says. Raises InputError."""
    if start is None:
        return None
    written = fill(start.text, facts, "start").strip()
    try:
        moment = datetime.strptime(written, start.format) if start.format else datetime.fromisoformat(written)
        return moment.replace(tzinfo=ZoneInfo(start.zone)) if start.zone and not moment.tzinfo else moment
    except (ValueError, OSError, KeyError) as error:
        raise InputError(f"{written!r} is no start time: {error}", where="start") from None
