"""A library and its labels copied to another disk, whole or not at all, while both stay in use."""

import shutil
from pathlib import Path
from typing import Any

from projector.domain.errors import StorageError
from projector.domain.progress import Progress

PIECE = 1 << 22


def copy_library(library: str, target: str, progress: Progress) -> dict[str, Any]:
    """Copy a library and its label store, if it has one: {"path": the copy}. Nothing is written over.

    Raises StorageError. The labels come last: a copy that was interrupted has none rather than some.
    """
    from projector.library.label_store import LabelStore, store_path
    from projector.library.replacing import replacing, storage_errors

    source, copy = Path(library), Path(target)
    for taken in (copy, store_path(copy)):
        if taken.exists():
            raise StorageError("there is a file already", where=str(taken), remedy="choose another name")
    with storage_errors(source):
        size, done = source.stat().st_size, 0
    with replacing(copy) as part, storage_errors(copy), source.open("rb") as read, part.open("wb") as written:
        while piece := read.read(PIECE):
            written.write(piece)
            done += len(piece)
            progress(done, size, f"copying {source.name}")
        shutil.copymode(source, part)
    if store_path(source).exists():
        with LabelStore.open(store_path(source)) as store:
            store.backup(store_path(copy))
    return {"path": str(copy)}
