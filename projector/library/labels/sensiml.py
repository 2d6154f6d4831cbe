"""SensiML's DAI: a JSON list of recordings with sessions of segments, in whole samples; an end is included.

A session is one author's work. What the format has no field for stands in the recording's metadata.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from projector import __version__
from projector.library.labels.jsons import parsed, walk
from projector.library.labels.nouns import Format, Read, Sample, Sheet, Told
from projector.library.labels.text import each, whole

OURS = "projector_version"


def read(text: str) -> Read:
    return each(walk(parsed(text), ("file", "sessions"), ("session", "segments"), ("segment", "")), _label)


def _label(found: tuple[Any, Any, Any]) -> Told:
    file, session, segment = found
    name, session_name = str(file["file_name"]), str(session.get("session_name", ""))
    ours = any(fact.get("name") == OURS for fact in file.get("metadata", ()))
    return Told(
        Sample(whole(segment["start"])),
        Sample(whole(segment["end"]) + 1),
        str(segment["value"]),
        author=session_name if ours else "",
        comment="" if ours or not session_name else f"session {session_name}",
        rides=(name, PurePath(name).stem),
    )


def write(sheets: Sequence[Sheet]) -> Iterator[str]:
    yield json.dumps([_file(sheet) for sheet in sheets], indent=1, ensure_ascii=False)


def _file(sheet: Sheet) -> dict[str, Any]:
    ride, sessions = sheet.ride, dict[str, list[dict[str, Any]]]()
    for mark in sheet.marks:
        first, after = ride.nearest(mark.start_s), ride.nearest(mark.stop_s)
        first = min(first, len(ride.samples) - 1)
        segment = {"name": "Label", "value": mark.label, "start": first, "end": max(after - 1, first)}
        sessions.setdefault(mark.author, []).append(segment)
    facts = {OURS: __version__, "signal_hash": ride.signal_hash, "rate_hz": f"{ride.rate_hz:g}"}
    return {
        "file_name": f"{sheet.name}.csv",
        "metadata": [{"name": name, "value": value} for name, value in facts.items()],
        "sessions": [{"session_name": author, "segments": found} for author, found in sessions.items()],
    }


FORMAT = Format("sensiml", "SensiML DAI", ".dai", read, write, many=True, sampled=True)
