"""How an exception crosses from the worker to the window: a user's error stays, a bug becomes a report."""

import errno
import traceback
from typing import Any

from projector.domain.errors import InputError, LibraryError, ProjectorError, StorageError

_FAMILY: dict[str, type[ProjectorError]] = {
    cls.__name__: cls for cls in (ProjectorError, InputError, LibraryError, StorageError)
}
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


class JobFailed(ProjectorError):
    """A task that ended as nobody foresaw. ``details`` is for the log and a bug report: traceback, stderr."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", details: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.details = details


def user_error(error: BaseException, task: str) -> ProjectorError:
    """The error to show for whatever a task raised."""
    if isinstance(error, ProjectorError):
        return error
    if isinstance(error, OSError) and error.errno in (*_DISK_FULL, *_READ_ONLY):
        full = error.errno in _DISK_FULL
        return StorageError(
            "the disk is full" if full else "this place cannot be read or written",
            where=str(error.filename or task),
            remedy="make room and try again" if full else "choose another folder or ask for access to it",
        )
    if isinstance(error, MemoryError):
        return StorageError(
            "there is not enough memory for this",
            where=task,
            remedy="close other programs or take fewer rides",
        )
    return JobFailed(
        f"an error that Projector did not foresee: {type(error).__name__}: {error}",
        where=task,
        remedy="the log has the details: please report it with them",
        details="".join(traceback.format_exception(error)),
    )


def to_wire(error: ProjectorError) -> dict[str, str]:
    """An error as the worker writes it."""
    kind = next((cls.__name__ for cls in type(error).__mro__ if cls.__name__ in _FAMILY), "ProjectorError")
    wire = {"type": kind, "what": error.what, "where": error.where, "remedy": error.remedy}
    if isinstance(error, JobFailed):
        wire |= {"type": "JobFailed", "details": error.details}
    return wire


def from_wire(wire: dict[str, Any]) -> ProjectorError:
    """The error that the worker wrote, of its own type."""
    place = {"where": str(wire["where"]), "remedy": str(wire["remedy"])}
    if wire["type"] == "JobFailed":
        return JobFailed(str(wire["what"]), **place, details=str(wire["details"]))
    return _FAMILY[wire["type"]](str(wire["what"]), **place)
