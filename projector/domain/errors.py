"""One family of errors that a person can act on: what happened, where, what to do.

The command line prints them and ends with exit code 2; the window shows them as they are.
"""


class ProjectorError(Exception):
    """Something the user can understand and mend.

    what    a sentence without the place: "the file ends in the middle of a row"
    where   file, line, ride, field: as exact as is known
    remedy  what to do about it
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.remedy = what, where, remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class InputError(ProjectorError):
    """A recording, table or description that cannot be read as it claims to be."""


class LibraryError(ProjectorError):
    """A library file that is damaged, of the wrong kind, from a newer version, or in the way."""


class StorageError(ProjectorError):
    """The disk is full, read-only or gone; nothing that was there before is harmed."""


class ExpressionError(ProjectorError):
    """A filter expression that cannot be understood; ``column`` (0-based) is where, if known."""

    def __init__(self, what: str, *, column: int | None = None, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.column = column
