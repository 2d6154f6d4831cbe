"""Where the files that travel with the program are: inside the wheel, or beside the package in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Path of a travelling file, e.g. ``asset("resources", "themes", "dark.json")``.

    Raises FileNotFoundError when the file is in neither place: the installation is damaged.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of Projector")
