"""FILE.projector.json: what a label file has no place for, so that years later it still says what it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from projector import __version__
from projector.domain.errors import InputError
from projector.library.labels.jsons import parsed
from projector.library.labels.nouns import Format, Sheet

VERSION = 1
SUFFIX = ".projector.json"
MAX_BYTES = 64 << 20


@dataclass(frozen=True)
class Sidecar:
    """What an import needs of it. hashes: the signal hash of each ride that the file was made for, by id."""

    guarded: bool = False
    hashes: Mapping[str, str] = field(default_factory=dict)


def sidecar_path(path: Path) -> Path:
    """Where the sidecar of a label file stands."""
    return path.with_name(path.name + SUFFIX)


def sidecar_text(
    form: Format,
    sheets: Sequence[Sheet],
    layer: str,
    schema: Sequence[Mapping[str, Any]],
    remarks: Sequence[str],
) -> str:
    """The sidecar of a file that holds these sheets. schema: what is known of each of its labels."""
    told = {
        "made_by": f"Projector {__version__}",
        "format": form.name,
        "format_version": VERSION,
        "layer": layer,
        "labels": list(schema),
        "time_base": "UTC; seconds count from each ride's start",
        "sampling": "as recorded, on the clock of each ride's primary stream; nothing was resampled",
        "guarded": form.spreadsheet,
        "guard": "a ' stands before text that a spreadsheet would run; Projector takes it away again",
        "remarks": list(remarks),
        "rides": [_ride(sheet) for sheet in sheets],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _ride(sheet: Sheet) -> dict[str, Any]:
    ride, start = sheet.ride, sheet.ride.start
    zoned = start is not None and start.tzinfo is not None
    return {
        "ride": ride.id,
        "signal_hash": ride.signal_hash,
        "start_utc": start.astimezone(UTC).isoformat() if start and zoned else None,
        "start_local": start.replace(tzinfo=None).isoformat() if start else None,
        "zone": start.strftime("%z") if start and zoned else None,
        "rate_hz": ride.rate_hz,
        "annotations": len(sheet.marks),
    }


def read_sidecar(path: Path) -> Sidecar:
    """The sidecar of a label file; an empty one where there is none. Raises InputError."""
    beside = sidecar_path(path)
    if not beside.exists():
        return Sidecar()
    try:
        if beside.stat().st_size > MAX_BYTES:
            raise ValueError("it is too large")
        told = parsed(beside.read_bytes().decode("utf-8"))
        if int(told["format_version"]) > VERSION:
            raise ValueError("it was written by a newer version of Projector")
        hashes = {str(ride["ride"]): str(ride["signal_hash"]) for ride in told["rides"]}
        return Sidecar(told["guarded"] is True, hashes)
    except (InputError, OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(f"what stands beside it cannot be read: {error}", where=str(beside)) from None
