"""What a library and a ride are made of, in a form that JSON takes: for `projector info` and whoever asks."""

import dataclasses
import math
from collections import Counter
from typing import Any

import numpy as np

from projector.library.library import Library
from projector.library.stored import StoredRide


def library_summary(library: Library) -> dict[str, Any]:
    """Counts over all rides; samples counts rows of primary streams. Reads no signals.

    rates and channels say how many rides have each; a rate is the primary one, declared or else measured.
    """
    rows = [library.describe(number) for number in library.numbers.tolist()]
    of_each = [dict.fromkeys(c for stream in row.streams for c in stream.channels) for row in rows]
    channels = Counter(channel for names in of_each for channel in names)
    rates = Counter(round(row.rate_hz, 3) for row in rows if not math.isnan(row.rate_hz))
    marks = library.annotations
    counts = np.bincount(marks.label, minlength=len(marks.label_names)).tolist()
    return {
        "path": str(library.path),
        "rides": len(rows),
        "samples": sum(row.samples for row in rows),
        "seconds": round(math.fsum(row.seconds for row in rows), 6),
        "annotations": dict(zip(marks.label_names, counts, strict=True)),
        "rates": {f"{rate:g}": rates[rate] for rate in sorted(rates)},
        "channels": dict(channels),
        "metadata": list(library.metadata_names),
        "odd": sum(bool(row.odd) for row in rows),
        "content_hash": library.content_hash,
    }


def ride_summary(ride: StoredRide) -> dict[str, Any]:
    """All that is on record about one ride, and what its clocks really did."""
    row = ride.row
    return {
        "ride": ride.id,
        "number": ride.number,
        "start": row.start or None,
        "zone": row.zone or None,
        "source": row.source,
        "streams": [
            {
                "name": stream.name,
                "primary": stream.is_primary,
                "channels": dict(zip(stream.channels, stream.units, strict=True)),
                "samples": stream.count,
                "clock": dataclasses.asdict(stream.clock()),
            }
            for stream in ride.streams.values()
        ],
        "metadata": dict(ride.metadata),
        "annotations": [
            {name: getattr(mark, name) for name in ("start_s", "stop_s", "label", "author", "comment")}
            for mark in ride.annotations
        ],
        "odd": list(ride.odd),
        "signal_hash": row.signal_hash.hex(),
        "record_hash": row.record_hash.hex(),
    }
