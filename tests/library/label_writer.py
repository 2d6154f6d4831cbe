"""A labelling process for the kill test: writes edits and says each one only after it is on disk."""

import sys
from pathlib import Path

from projector.domain.edits import Edit, Kind, new_id
from projector.library.label_store import LabelStore


def an_edit(number: int, subject: str = "", parents: tuple[str, ...] = ()) -> Edit:
    return Edit(
        id=new_id(),
        kind=Kind.ANNOTATION,
        subject=subject or new_id(),
        parents=parents,
        before=None,
        after={"start_s": number, "stop_s": number + 1.5, "label": "fall"},
        author="anna",
        utc="2026-11-21T22:00:00Z",
        ride=f"ride_{number % 7}",
    )


def main() -> None:
    path, count = Path(sys.argv[1]), int(sys.argv[2])
    with LabelStore.open(path) as store:
        for number in range(count):
            edit = an_edit(number)
            store.append([edit])
            print(edit.id, flush=True)


if __name__ == "__main__":
    main()
