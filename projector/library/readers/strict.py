"""Dataclasses from TOML tables, strictly: a key that is misspelt must be refused, not ignored.

A field says with `key` how its value is read and what it means; the same help text makes the table of
keys in docs/import-description.md, so that the two cannot drift apart.
"""

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from projector.domain.errors import InputError

T = TypeVar("T")
Read = Callable[[Any, str], Any]  # value as TOML gives it, where it stands → value as the field wants it


def key(read: Read, help: str, default: Any = dataclasses.MISSING, *, name: str = "") -> Any:
    """A field of a description: how it is read, what it means, and its TOML name where Python forbids it."""
    metadata = {"read": read, "help": help, "name": name}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def is_needed(field: "dataclasses.Field[Any]") -> bool:
    """Whether a table without this key is refused."""
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def toml_name(field: "dataclasses.Field[Any]") -> str:
    """The field's key in TOML."""
    return field.metadata["name"] or field.name


def build(cls: type[T], table: Any, where: str) -> T:
    """An instance of `cls` from a TOML table. Raises InputError for unknown, missing or ill-typed keys."""
    if not isinstance(table, dict):
        raise InputError(f"a table of keys is needed here, not {table!r}", where=where)
    fields = {toml_name(f): f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for name in table:
        if name not in fields:
            raise _unknown(name, fields, where)
    for name, field in fields.items():
        if name not in table and is_needed(field):
            raise InputError(f"the key {name!r} is missing", where=where, remedy=field.metadata["help"])
    return cls(
        **{
            fields[name].name: fields[name].metadata["read"](value, f"{where}.{name}".lstrip("."))
            for name, value in table.items()
        }
    )


def _unknown(name: str, known: Mapping[str, Any], where: str) -> InputError:
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return InputError(f"unknown key {name!r}", where=where, remedy=f"{hint}known here: {', '.join(known)}")


def _of(kind: type[T], what: str) -> Callable[[Any, str], T]:
    def read(value: Any, where: str) -> T:
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise InputError(f"{value!r} is not {what}", where=where)
        return value

    return read


text = _of(str, "text")
boolean = _of(bool, "true or false")
whole = _of(int, "a whole number")
_float = _of(float, "a number")


def number(value: Any, where: str) -> float:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else _float(value, where)


def positive(value: Any, where: str) -> float:
    if not 0 < number(value, where) < float("inf"):
        raise InputError(f"{value!r} is not a number over 0", where=where)
    return float(value)


def count(value: Any, where: str) -> int:
    if whole(value, where) < 0:
        raise InputError(f"{value!r} is less than 0", where=where)
    return int(value)


def one_of(*allowed: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in allowed:
            raise InputError(
                f"{value!r} is not known here", where=where, remedy=f"one of {', '.join(allowed)}"
            )
        return str(value)

    return read


def column(value: Any, where: str) -> int | str:
    """A column by its name, or by its position: the first is 1."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise InputError(f"{value!r} is no column: give its name or its position, the first is 1", where=where)


def cell(value: Any, where: str) -> float | str:
    return value.strip() if isinstance(value, str) else number(value, where)


def nested(cls: type[T]) -> Callable[[Any, str], T]:
    return lambda value, where: build(cls, value, where)


def each(read: Callable[[Any, str], T]) -> Callable[[Any, str], tuple[T, ...]]:
    """A list; a single value stands for a list of one."""

    def read_list(value: Any, where: str) -> tuple[T, ...]:
        items = value if isinstance(value, list) else [value]
        return tuple(
            read(item, f"{where}[{i}]" if len(items) > 1 else where) for i, item in enumerate(items, 1)
        )

    return read_list


def mapping(read: Callable[[Any, str], T]) -> Callable[[Any, str], dict[str, T]]:
    """A table with free keys."""

    def read_table(value: Any, where: str) -> dict[str, T]:
        if not isinstance(value, dict):
            raise InputError(f"a table of keys is needed here, not {value!r}", where=where)
        return {name: read(item, f"{where}.{name}") for name, item in value.items()}

    return read_table
