"""Which format a label file is in, told by what its rows say to each reader."""

from itertools import islice
from pathlib import Path

from projector.domain.errors import InputError
from projector.library.labels import FORMATS
from projector.library.labels.importing import decoded
from projector.library.labels.nouns import Format, Refused

ROWS = 50


def guess(path: Path) -> Format | None:
    """The format whose reader understands most of the first rows; None where none does.

    Of equals the one whose files end like this one, then the first of the table of formats.
    """
    found = [(_understood(path, form), path.name.endswith(form.suffix), form) for form in FORMATS]
    best = max(found, key=lambda one: one[:2])  # the first of equals
    return best[2] if best[0] > 0 else None


def _understood(path: Path, form: Format) -> float:
    """The share of the first rows that are labels in a format."""
    try:
        told = [told for _, told in islice(form.read(decoded(path, form)), ROWS)]
    except InputError:
        return 0.0
    return sum(not isinstance(one, Refused) for one in told) / len(told) if told else 0.0
