"""Which code made a stored result: a hash of the sources themselves, so that no stale result is ever found.

A number that somebody has to remember to raise is forgotten; changing a comment costs one recomputation.
"""

from functools import cache
from hashlib import blake2b
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def source_version(*places: str) -> str:
    """A hash of modules and packages below projector/, e.g. ``source_version("features", "assets.py")``.

    Raises FileNotFoundError where there is no source: then results can't be told apart.
    """
    made = blake2b(digest_size=8)
    for place in places:
        path = _PACKAGE / place
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        if not files:
            raise FileNotFoundError(f"{path} has no sources")
        for file in files:
            made.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return made.hexdigest()
