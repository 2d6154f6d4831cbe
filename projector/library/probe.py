"""The child process that reads a file this computer hasn't met: `python -m projector.library.probe FILE`.

It prints null, or what is wrong as a JSON object, and its memory and time are limited. All tables and the
structure of all rides are checked, and the samples of rides against their hashes up to `MOST_SAMPLE_BYTES`.
"""

import json
import sys
from pathlib import Path

from projector.domain.errors import ProjectorError
from projector.library.checks import open_library_file
from projector.library.library import Library

MOST_SAMPLE_BYTES = 256 << 20
MOST_MEMORY = 8 << 30
MOST_SECONDS = 100


def main(path: Path) -> None:
    """Probes one file and prints the verdict."""
    _limit()
    try:
        _probe(path)
    except ProjectorError as error:
        print(json.dumps({"what": error.what, "where": error.where, "remedy": error.remedy}))
    else:
        print("null")


def _probe(path: Path) -> None:
    with Library(path, open_library_file(path)) as library:
        left = MOST_SAMPLE_BYTES
        for number in library.numbers.tolist():
            row = library.describe(number)
            library.inspect(number)
            left -= sum(4 * stream.count * len(stream.channels) for stream in row.streams)
            if left >= 0:
                library.ride(number)


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
