"""An edit of labels: what somebody changed, from what, to what, when and why. Edits are never changed.

The journal of a label store is a set of edits. Each names the edits it was made upon (its parents), so
what is current follows from the set alone, whatever order the edits arrived in: the edits that no other
one was made upon. Two of them on one subject are two versions of it, and both are kept.
"""

import hashlib
import json
import math
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from itertools import chain
from sys import intern
from typing import Any

from projector.domain.errors import InputError

Body = Mapping[str, Any]


class Kind(StrEnum):
    """What an edit is about."""

    ANNOTATION = "annotation"  # start_s, stop_s, label, comment, start_pm_s, stop_pm_s
    CLASS = "class"  # a label of the vocabulary: name, colour, digit, point, overlap, parent
    VERDICT = "verdict"  # about an event of the review queue: verdict, seconds
    SEEN = "seen"  # a part of a ride looked at and done: start_s, stop_s


@dataclass(frozen=True)
class Edit:
    """One change of one subject.

    subject       UUID of the annotation (class, …) that it makes, changes or removes
    parents       the edits it was made upon: none makes the subject, several settle a conflict
    before, after the subject's body, None where it was not there or is no more
    ride          the ride's id ("" for what belongs to no ride), with the hash of its signals
    group         edits of one gesture share it and are undone together
    takes_back    the group that this one undoes, "" for one that undoes nothing; a redo takes back an undo
    """

    id: str
    kind: Kind
    subject: str
    parents: tuple[str, ...]
    before: Body | None
    after: Body | None
    author: str
    utc: str
    ride: str = ""
    signal_hash: str = ""
    content_hash: str = ""
    layer: str = ""
    reason: str = ""
    group: str = ""
    takes_back: str = ""

    def __post_init__(self) -> None:
        if not self.author:
            raise InputError("an edit needs an author")
        if self.after is None and not self.parents:
            raise InputError("an edit removes what never was there")
        if self.kind is Kind.ANNOTATION and self.after is not None:
            _check_annotation(self.after)

    def line(self) -> str:
        """The edit as canonical JSON: equal edits give equal text, which the journal's chain hashes."""
        return json.dumps(
            vars(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )

    def with_values(self, **values: Any) -> "Edit":
        """The same with other values of these fields, checked: `replace` in a quarter of the time."""
        return _around({**vars(self), **values})

    @staticmethod
    def read(line: str) -> "Edit":
        """The edit of a line. Raises InputError."""
        try:
            return _edit_of(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(f"this is no edit: {error}") from None

    @staticmethod
    def read_all(lines: Sequence[str]) -> "list[Edit]":
        """The edits of many lines, parsed at once: a journal of 100,000 is read whenever a library opens.

        Raises InputError.
        """
        try:
            stored = json.loads(f"[{','.join(lines)}]")
            if len(stored) == len(lines):
                return [_edit_of(one) for one in stored]
        except (ValueError, TypeError, KeyError, AttributeError):
            pass  # one by one: the error says which
        return [Edit.read(line) for line in lines]


def _edit_of(stored: dict[str, Any]) -> Edit:
    """An edit around the values that were stored, checked like a new one; an older one may lack some."""
    if stored.keys() != _FIELDS:
        if stored.keys() - _FIELDS:
            raise InputError("this edit was written by a newer version of Projector")
        stored = _DEFAULTS | stored
    stored["kind"], stored["parents"] = _KINDS[stored["kind"]], tuple(stored["parents"])
    for name in _REPEATED:
        stored[name] = intern(stored[name])
    return _around(stored)


def _around(values: dict[str, Any]) -> Edit:
    edit = object.__new__(Edit)
    object.__setattr__(edit, "__dict__", values)  # fifteen times faster than setting each
    edit.__post_init__()
    return edit


_FIELDS = frozenset(item.name for item in fields(Edit))
_DEFAULTS = {item.name: item.default for item in fields(Edit) if item.default is not MISSING}
_KINDS = {kind.value: kind for kind in Kind}
# kept once, not with every edit: of what an edit takes in memory that saves a fifth
_REPEATED = ("ride", "signal_hash", "author", "content_hash", "layer", "reason")


def _check_annotation(body: Body) -> None:
    start, stop = body.get("start_s"), body.get("stop_s")
    if not body.get("label"):
        raise InputError("an annotation without a label")
    if not isinstance(start, (int, float)) or not isinstance(stop, (int, float)):
        raise InputError(f"{start} to {stop} s is no interval")
    if not -math.inf < start <= stop < math.inf:
        raise InputError(f"{start} to {stop} s is no interval")
    for key in ("start_pm_s", "stop_pm_s"):
        if key not in body:
            continue
        pm = body[key]
        if not isinstance(pm, (int, float)) or not 0 <= pm < math.inf:
            raise InputError(f"an edge that is ± {pm} s")


def new_id() -> str:
    """A UUID nobody else has."""
    return _uuid(os.urandom(16), 4)


def derived_id(*parts: str) -> str:
    """A UUID that is the same wherever it is made from the same parts, e.g. a copy into a layer."""
    name = "\x1f".join(parts).encode()
    return _uuid(hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).digest(), 5)


def _uuid(made: bytes, version: int) -> str:
    """As uuid4 and uuid5 do (RFC 4122, 4.3 and 4.4), in a third of their time: a gesture may need 300,000."""
    text = made.hex()
    variant = "89ab"[made[8] >> 4 & 3]
    return f"{text[:8]}-{text[8:12]}-{version}{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


_NAMESPACE = uuid.UUID("6f0f3c52-93b1-4a0e-9f8a-7a2c1d6e5b40").bytes


def union(*sets: Iterable[Edit]) -> list[Edit]:
    """The edits of several sets, each once, in order of time: the same list whatever order they come in."""
    return sorted(_once(chain.from_iterable(sets)).values(), key=lambda edit: (edit.utc, edit.id))


def heads(edits: Iterable[Edit]) -> list[Edit]:
    """The edits that no other one of the set was made upon, in order of their ids.

    A function of the set: the order of `edits` and repeats don't matter.
    """
    by_id = _once(edits)
    superseded = {parent for edit in by_id.values() for parent in edit.parents}
    return [by_id[name] for name in sorted(by_id.keys() - superseded)]


def _once(edits: Iterable[Edit]) -> dict[str, Edit]:
    """Edits by id. The same copy made at two times has one id: the earlier stays, whichever came first."""
    found: dict[str, Edit] = {}
    for edit in edits:
        known = found.setdefault(edit.id, edit)
        if known != edit:
            found[edit.id] = min(known, edit, key=lambda one: (one.utc, one.line()))
    return found


def current(edits: Iterable[Edit], kind: Kind = Kind.ANNOTATION) -> list[Edit]:
    """The heads of a kind whose subject still is there: what is labelled now.

    A removal beside a change is a conflict like any other: the change stays until somebody settles it.
    """
    return [edit for edit in heads(edits) if edit.kind is kind and edit.after is not None]


def conflicts(edits: Iterable[Edit]) -> dict[str, list[Edit]]:
    """Subjects with more than one head: each version, removals included, in order of id."""
    found: dict[str, list[Edit]] = {}
    for edit in heads(edits):
        found.setdefault(edit.subject, []).append(edit)
    return {subject: versions for subject, versions in found.items() if len(versions) > 1}
