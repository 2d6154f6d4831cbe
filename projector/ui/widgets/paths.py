"""Several paths in one line of text: apart by `;`, in quotes where a path has such a mark itself."""

import re
from collections.abc import Iterable
from pathlib import Path

_PART = re.compile(r'\s*(?:"([^"]*)"|([^;]+))\s*(?:;|$)')


def joined(paths: Iterable[Path | str]) -> str:
    """The line that `split` takes apart again."""
    return "; ".join(f'"{path}"' if ";" in str(path) else str(path) for path in paths)


def split(line: str) -> list[str]:
    """The paths of a line; a line that is a path as it stands is that one."""
    whole = line.strip()
    if whole and Path(whole).exists():
        return [whole]
    parts = (quoted or plain.strip() for quoted, plain in _PART.findall(line))
    return [part for part in parts if part]
