"""Label formats: one module each, and the table of them. Labels come from anybody and go back to anybody."""

from projector.library.labels import (
    audacity,
    elan,
    ephyviewer,
    label_studio,
    mad_gui,
    mhealth,
    mne,
    plain,
    sensiml,
    trainset,
)
from projector.library.labels.nouns import Format

FORMATS: tuple[Format, ...] = (
    plain.FORMAT,
    audacity.FORMAT,
    mne.TABLE,
    mne.TEXT,
    ephyviewer.FORMAT,
    mhealth.FORMAT,
    trainset.FORMAT,
    label_studio.FORMAT,
    sensiml.FORMAT,
    elan.FORMAT,
    mad_gui.FORMAT,
)


def format_names(*, written: bool = False) -> tuple[str, ...]:
    """Names of the formats that can be read, or of those that can be written too."""
    return tuple(one.name for one in FORMATS if one.write is not None or not written)


def format_of(name: str) -> Format:
    """The format of a name, which must be one of `format_names`."""
    return next(one for one in FORMATS if one.name == name)
