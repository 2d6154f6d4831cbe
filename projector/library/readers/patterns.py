"""Paths with named parts: `{subject}/acc_{activity}.txt` finds the files and says what their names mean."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from projector.domain.errors import InputError

Facts = Mapping[str, str | float]
_KINDS = {"": r"[^/]+?", "digits": r"\d+?", "letters": r"[^\W\d_]+?", "word": r"[^\W_]+?"}
_TOKEN = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>\w+))?\}|(?P<deep>\*\*/)|(?P<star>\*)|(?P<any>\?)")


@dataclass(frozen=True)
class Match:
    """A file that a pattern found.

    root    the folder that the pattern's path, and every other path of the description, starts from
    parts   the named parts of the path, as text
    """

    path: Path
    root: Path
    parts: dict[str, str]


@dataclass(frozen=True)
class PathPattern:
    """A glob whose parts have names: `*`, `?`, `**/`, `{name}`, `{name:digits|letters|word}`."""

    glob: str
    regex: re.Pattern[str]
    names: tuple[str, ...]

    @staticmethod
    def of(glob: str, where: str = "") -> "PathPattern":
        """Raises InputError for a path that could leave its folder or a name that stands twice."""
        stay_inside(glob, where)
        regex, names, end = "", [], 0
        for token in _TOKEN.finditer(glob):
            regex += re.escape(glob[end : token.start()]) + _piece(token, where)
            names += [token["name"]] if token["name"] else []
            end = token.end()
        if len(set(names)) != len(names):
            raise InputError(f"a part's name stands twice in {glob!r}", where=where)
        if any(name.startswith("projector_root") for name in names):
            raise InputError(f"a part cannot be named so in {glob!r}", where=where)
        return PathPattern(
            glob, re.compile(f"(?P<projector_root>.*)/{regex}{re.escape(glob[end:])}"), tuple(names)
        )

    def match(self, path: Path) -> Match | None:
        """The file's root and parts, None where the pattern does not end its path."""
        found = self.regex.fullmatch(path.absolute().as_posix())
        if not found:
            return None
        parts = found.groupdict()
        return Match(path, Path(parts.pop("projector_root") or "/"), parts)

    def find(self, source: Path) -> Iterator[Match]:
        """Every matching file of a folder, or the file itself, in natural order of paths."""
        for path in files_of(source):
            match = self.match(path)
            if match:
                yield match


def _piece(token: "re.Match[str]", where: str) -> str:
    if token["deep"]:
        return "(?:.*/)?"
    if token["star"]:
        return "[^/]*"
    if token["any"]:
        return "[^/]"
    kind = token["kind"] or ""
    if kind not in _KINDS:
        known = ", ".join(filter(None, _KINDS))
        raise InputError(
            f"unknown kind of part {kind!r} in {token.group()}", where=where, remedy=f"known: {known}"
        )
    return f"(?P<{token['name']}>{_KINDS[kind]})"


def files_of(source: Path) -> list[Path]:
    """All files of a folder, hidden ones and linked folders left out, or the file itself."""
    if not source.is_dir():
        return [source]
    found = []
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder, name) for name in files if not name.startswith(".")]
    return sorted(found, key=natural)


def natural(path: Path) -> list[tuple[int, int | str]]:
    """A sorting key that puts ride 2 before ride 10."""
    pieces = re.split(r"(\d+)", path.as_posix())
    return [(0, int(piece)) if i % 2 else (1, piece) for i, piece in enumerate(pieces)]


def stay_inside(path: str, where: str = "") -> None:
    """Raises InputError where a path of a description is absolute or climbs out of its folder."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in parts[0].split("{")[0]:
        raise InputError(
            f"{path!r} is not a path inside the recordings' folder",
            where=where,
            remedy="write it relative, with / between folders and without ..",
        )


def fill(template: str, facts: Facts, where: str = "") -> str:
    """A template with each `{name}` replaced by its fact. Raises InputError for a name that is no fact."""

    def fact(token: "re.Match[str]") -> str:
        if token[1] not in facts:
            known = ", ".join(facts) or "none"
            raise InputError(f"nothing is known under {token[0]}", where=where, remedy=f"known: {known}")
        value = facts[token[1]]
        return str(value).removesuffix(".0")

    return re.sub(r"\{(\w+)\}", fact, template)


def inside(root: Path, template: str, facts: Facts) -> Path:
    """The path a template names, checked to lie inside the root once the facts have been filled in."""
    path = fill(template, facts)
    stay_inside(path, template)
    return root / path
