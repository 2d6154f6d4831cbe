"""A morning of labelling on real rides: 50 edges moved, 20 events relabelled, 30 edits undone, then killed.

What must be there afterwards follows from the gestures alone: a plain list of labels, changed step by step.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from projector.domain.nouns import Annotations
from projector.library.importing import import_recordings
from projector.library.label_store import existing_store, store_path
from projector.library.library import Library
from projector.workspace.memory import Memory
from tests.ui.label_run import EDGES, RELABELS, UNDOS
from tests.ui.windows import opened

HALF_A_SAMPLE_S = 0.01
RIDES = 6
Said = tuple[str, float, float, str]


def said(library: Library, marks: Annotations) -> list[Said]:
    """Every label: ride, start, stop, name."""
    rides = [library.id_of(number) for number in marks.ride_number.tolist()]
    names = [marks.label_names[code] for code in marks.label.tolist()]
    return list(zip(rides, marks.start_s.tolist(), marks.stop_s.tolist(), names, strict=True))


def changed(gesture: dict[str, Any]) -> Said:
    """What an annotation is after a gesture."""
    ride, start, stop, label = gesture["event"]
    if gesture["what"] == "label":
        return ride, start, stop, gesture["label"]
    ends = {"start": start, "stop": stop}
    to_s = gesture.get("to_s", ends[gesture["edge"]] + gesture.get("tenths", 0) * 0.1)
    ends[gesture["edge"]] = to_s
    return ride, ends["start"], ends["stop"], label


def with_shared_edge(row: Said, event: Said, after: Said) -> Said:
    """A neighbour of an event whose edge keys have moved: an edge that both share goes along."""
    ride, start, stop, label = row
    if ride != event[0]:
        return row
    if abs(stop - event[1]) < HALF_A_SAMPLE_S:
        stop = after[1]
    if abs(start - event[2]) < HALF_A_SAMPLE_S:
        start = after[2]
    return ride, start, stop, label


def first_rides(whole: Path, part: Path) -> Path:
    """The first rides of HAPT and their labels: as many as a morning gets through."""
    (part / "RawData").mkdir(parents=True)
    for experiment in range(1, RIDES + 1):
        for path in whole.glob(f"RawData/*_exp{experiment:02}_*.txt"):
            shutil.copy(path, part / "RawData")
    labels = (whole / "RawData" / "labels.txt").read_text().splitlines()
    kept = [line for line in labels if int(line.split()[0]) <= RIDES]
    (part / "RawData" / "labels.txt").write_text("\n".join(kept) + "\n")
    shutil.copy(whole / "activity_labels.txt", part)
    return part


def labelled(library: Path) -> list[dict[str, Any]]:
    """Let somebody label until an edge is held, and end that process at once; what it said was saved."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.ui.label_run", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        gestures = []
        for line in child.stdout:
            if line.strip() == "held":
                break
            gestures.append(json.loads(line))
        child.kill()
        assert child.wait() == -signal.SIGKILL, "it ended before it was killed"
    return gestures


def test_a_morning_of_labelling_survives_kill_9(
    qapp: object, real_recordings: Callable[[str], Path], tmp_path: Path
) -> None:
    path = tmp_path / "rides.h5"
    import_recordings([first_rides(real_recordings("hapt"), tmp_path / "hapt")], path, as_="hapt")
    with Library.open(path) as library:
        states = [said(library, library.annotations)]
    gestures = labelled(path)
    assert Counter(gesture["what"] for gesture in gestures) == {
        "edge": EDGES // 2,
        "nudge": EDGES // 2,
        "label": RELABELS,
        "undo": UNDOS,
    }
    for gesture in gestures:
        if gesture["what"] == "undo":
            states.pop()
            continue
        now = states[-1].copy()
        now.remove(tuple(gesture["event"]))
        after = changed(gesture)
        if gesture["what"] == "nudge":
            now = [with_shared_edge(row, tuple(gesture["event"]), after) for row in now]
        states.append([*now, after])
    app = opened(path, Memory(theme="dark", author="anna"))
    try:
        found = sorted(said(app.workspace.library, app.workspace.annotations))
        assert len(app.labelling.stacks().undo) == EDGES + RELABELS - UNDOS
    finally:
        app.close()
    wanted = sorted(states[-1])
    assert [(ride, label) for ride, *_, label in found] == [(ride, label) for ride, *_, label in wanted]
    np.testing.assert_allclose([row[1:3] for row in found], [row[1:3] for row in wanted], rtol=0, atol=1e-6)
    assert sum(a[1:] != b[1:] for a, b in zip(wanted, sorted(states[0]), strict=True)) >= EDGES // 2
    with existing_store(store_path(path)) as store:
        assert store.check().sound
