"""Label Studio's time series tasks as JSON, as exported there (JSON and JSON-MIN) and as imported.

Times are in the form of the original time column: dates, or numbers. Numbers as large as that are seconds,
milliseconds, micro- or nanoseconds since 1970; others are seconds from the ride's start, which we write.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from projector import __version__
from projector.domain.errors import InputError
from projector.library.labels.jsons import entries, parsed
from projector.library.labels.nouns import Format, Moment, Read, Refused, Sheet, Told
from projector.library.labels.text import date, each

KIND = "timeserieslabels"
UNSURE = ("start_pm_s", "stop_pm_s")  # ± seconds, in a label's meta: there is no place for it elsewhere
_EPOCHS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e8, 1.0))  # from this size on: ticks in a second
_UPLOADED = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file


def read(text: str) -> Read:
    tasks = parsed(text)
    return each(_results([tasks] if isinstance(tasks, dict) else tasks), _label)


def _results(tasks: Any) -> Iterator[tuple[str, Any]]:
    """(place, (task, annotation, value, label)) of every label."""
    for where, task in entries(tasks, "task"):
        if isinstance(task, Refused):
            yield where, task
        elif "annotations" in task:
            yield from _full(where, task)
        else:
            yield from _minimal(where, task)


def _full(where: str, task: Any) -> Iterator[tuple[str, Any]]:
    for inside, annotation in entries(task["annotations"], f"{where}, annotation"):
        if isinstance(annotation, Refused):
            yield inside, annotation
        elif annotation.get("was_cancelled"):
            yield inside, Refused("it was skipped in Label Studio")
        else:
            for place, result in entries(annotation.get("result"), f"{inside}, result"):
                yield from _labels(place, task, annotation, result)


def _labels(place: str, task: Any, annotation: Any, result: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(result, Refused):
        yield place, result
    elif str(result.get("type", "")).lower() != KIND:
        yield place, Refused(f"it is of type {result.get('type')!r}, not {KIND}")
    else:
        yield from _each_label(place, task, annotation, result, result.get("value"))


def _minimal(where: str, task: Any) -> Iterator[tuple[str, Any]]:
    """JSON-MIN: labels lie in the task itself, under the name of the control."""
    groups = [cell for cell in task.values() if isinstance(cell, list) and KIND in str(cell)[:1000]]
    if not groups:
        yield where, Refused("it has no annotations")
    for group in groups:
        for place, value in entries(group, f"{where}, label"):
            yield from _each_label(place, task, {"completed_by": task.get("annotator")}, {}, value)


def _each_label(place: str, task: Any, annotation: Any, result: Any, value: Any) -> Iterator[tuple[str, Any]]:
    labels = value.get(KIND) if isinstance(value, dict) else None
    if not isinstance(labels, list) or not labels:
        yield place, Refused(f"its value has no {KIND}")
        return
    for label in labels:
        yield place, (task, annotation, result.get("meta") or {}, value, label)


def _label(found: tuple[Any, ...]) -> Told:
    task, annotation, meta, value, label = found
    start = _moment(value["start"])
    stop = start if value.get("instant") else _moment(value["end"])
    comment = meta.get("text") or ""
    return Told(
        start,
        stop,
        str(label),
        str(meta.get("author") or _author(annotation.get("completed_by"))),
        "\n".join(map(str, comment)) if isinstance(comment, list) else str(comment),
        tuple(_names(task)),
        *(float(meta.get(name) or 0.0) for name in UNSURE),
    )


def _moment(cell: Any) -> Moment:
    if isinstance(cell, str):
        return date(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise InputError(f"{cell!r} is no time")
    for size, ticks in _EPOCHS:
        if abs(cell) >= size:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=cell / ticks)
    return float(cell)


def _author(person: Any) -> str:
    if isinstance(person, dict):
        return str(person.get("email") or person.get("username") or person.get("id") or "")
    return "" if person is None else f"Label Studio user {person}"


def _names(task: Any) -> Iterator[str]:
    """What the ride may be called: as we wrote it, else the name of the data file."""
    data = task.get("data") if isinstance(task.get("data"), dict) else task
    if isinstance(data.get("ride"), str):
        yield data["ride"]
        return
    for cell in data.values():
        if isinstance(cell, str):
            name = _UPLOADED.sub("", PurePosixPath(cell.partition("?")[0]).name)
            yield from (name, PurePosixPath(name).stem)


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    yield json.dumps([_task(sheet) for sheet in sheets], indent=1, ensure_ascii=False)


def _task(sheet: Sheet) -> dict[str, Any]:
    """Authors stand with the labels: an import there refuses people whom it doesn't know."""
    ride = sheet.ride
    results = [
        {
            "id": f"{ride.number}-{number}",
            "type": KIND,
            "from_name": "label",
            "to_name": "ts",
            "value": {
                "start": mark.start_s,
                "end": mark.stop_s,
                "instant": mark.is_point,
                KIND: [mark.label],
            },
            "meta": {
                "text": [mark.comment] if mark.comment else [],
                "author": mark.author,
                **{name: getattr(mark, name) for name in UNSURE if getattr(mark, name)},
            },
        }
        for number, mark in enumerate(sheet.marks, start=1)
    ]
    return {
        "data": {
            "ride": sheet.name,
            "csv": f"{sheet.name}.csv",
            "time_unit": "seconds from the ride's start",
            "signal_hash": ride.signal_hash,
            "projector_version": __version__,
        },
        "annotations": [{"result": results}],
    }


FORMAT = Format("label-studio", "Label Studio time series, JSON", ".json", read, write, many=True)
