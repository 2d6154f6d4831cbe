"""MaD GUI's labels as CSV: start and end in samples, a description. Its own file is a pickle: refused."""

from projector.library.labels.nouns import Format, Read, Sample, Told
from projector.library.labels.text import Row, each, table, whole


def read(text: str) -> Read:
    return each(table(text, ("start", "end"), optional=("description", "identity")), _label)


def _label(row: Row) -> Told:
    label = row["description"] or row["identity"]
    return Told(Sample(whole(row["start"])), Sample(whole(row["end"])), label)


FORMAT = Format("mad-gui", "MaD GUI labels, CSV", ".csv", read, sampled=True)
