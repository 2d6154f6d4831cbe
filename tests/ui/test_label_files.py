"""Labels in and out by the File menu: looked through first, the rest taken, what is lost told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from projector.domain.edits import Kind
from projector.domain.errors import InputError
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.domain.progress import silent
from projector.jobs.label_files import preview_labels
from projector.library.label_store import LabelStore, store_path
from projector.library.labels import FORMATS, format_names
from projector.library.labels.exporting import Choice, export_labels
from projector.library.labels.guessing import guess
from projector.library.library import Library
from projector.library.writer import write_library
from projector.ui import dialogs
from projector.ui.app import Application
from projector.ui.widgets.label_export_form import LabelExportDialog
from projector.ui.widgets.label_import_form import LabelImportDialog
from projector.workspace import label_session
from projector.workspace.memory import Memory
from tests.ui.trace_made import START
from tests.ui.windows import opened, settle
from tests.workspace.labelling_made import said

READ_ONLY = {"elan": "tier\t\t1.0\t2.5\t1.5\tfall\n", "mad-gui": "start,end,description\n10,250,fall\n"}
ROWS = """ride,start_s,stop_s,label,author,comment
ride_0001,3,5,fall,,
ride_0001,30,20,fall,ben,
ride_9999,1,2,pothole,ben,
ride_0002,1,5000,normal,ben,
,1,2,crash,ben,
ride_0003,1,2,crash,ben,
"""


@pytest.fixture
def app(qapp: object, sample_with_cache: Path, tmp_path: Path) -> Iterator[Application]:
    shutil.copytree(sample_with_cache.parent, tmp_path / "own")
    made = opened(tmp_path / "own" / "rides.h5", Memory(theme="dark", author="anna"))
    yield made
    made.close()


def test_import_tells_each_row_it_cannot_take_and_takes_the_rest(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "from ben.csv", []
    path.write_text(ROWS)

    def use(dialog: LabelImportDialog) -> None:
        dialog.show()
        assert not dialog.go.isEnabled()
        dialog.files.setText(str(tmp_path / "nowhere.csv"))
        dialog.go.click()
        assert "there is no such file" in dialog.error.text()
        dialog.files.setText(str(path))
        dialog.layer.setText("imported")
        dialog.go.click()
        assert "never changes" in dialog.error.text()
        dialog.layer.setText("ben")
        dialog.go.click()
        settle(app)
        assert not store_path(app.workspace.library.path).exists()  # looking takes nothing
        assert dialog.summary.text() == "CSV of labels: 2 labels on 2 rides can be taken, 4 can't:"
        assert [row[1] for row in dialog.refused.rows] == ["line 3", "line 4", "line 5", "line 6"]
        assert "ends before it begins" in dialog.refused.rows[0][2]
        assert "--" not in "".join(row[2] for row in dialog.refused.rows)
        assert dialog.table.isVisible()
        assert dialog.go.text() == "Import the rest: 2 labels"
        dialog.layer.setText("ben ")  # another answer is another question
        assert dialog.go.text() == "Look through the files"
        dialog.go.click()
        settle(app)
        dialog.go.click()
        settle(app)
        seen.append(dialog.result_told)
        dialog.deleteLater()

    monkeypatch.setattr(dialogs, "run", use)
    app.window.actions_by_id["import_labels"].trigger()
    settle(app)
    assert seen == ["2 labels imported into layer ben, 4 rows were left out · Ctrl+Z takes them back"]
    assert app.workspace.whose_labels == "ben, else imported"
    with LabelStore.open(store_path(app.workspace.library.path)) as store:
        told = {(edit.ride, edit.author, edit.layer) for edit in store.edits()}
    assert told == {("ride_0001", "anna", "ben"), ("ride_0003", "ben", "ben")}


def test_cancel_stops_looking_and_importing_until_all_is_saved_and_leaves_nothing_half_done(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.csv").write_text(ROWS)
    store, pressed, showing = store_path(app.workspace.library.path), [], []
    monkeypatch.setattr(label_session, "SLICE", 1)
    runner = app.pipeline._runner
    monkeypatch.setattr(runner, "_notify", lambda: None)  # a job runs when it is pumped, as with a worker

    def kept() -> int:
        with LabelStore.open(store) as opened:
            return len(opened)

    def use(dialog: LabelImportDialog) -> None:
        cancel = dialog.job_bar.findChild(QToolButton)

        def go(stop_at: str = "") -> None:
            def press() -> None:
                stage = app.pipeline.stage if app.pipeline.working("label_files") else None
                if stop_at and stage and stage.what.startswith(stop_at):
                    pressed.append(stop_at)
                    QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)

            app.pipeline.stage_changed.connect(press)
            QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
            runner.pump()
            app.pipeline.stage_changed.disconnect(press)

        app.labelling.changed.connect(lambda: showing.append((dialog.isEnabled(), cancel.isVisible())))
        dialog.show()
        dialog.files.setText(str(tmp_path / "x.csv"))
        dialog.layer.setText("ben")
        for word in ("reading", "comparing"):
            go(stop_at=word)
            assert (dialog.go.text(), dialog.go.isEnabled()) == ("Look through the files", True)
            assert dialog.form.isEnabled()
            assert not dialog.job_bar.isVisible()
        go()
        for word in ("comparing", "writing"):
            go(stop_at=word)
            assert (dialog.go.text(), kept()) == ("Import the rest: 2 labels", 0)
        showing.clear()
        go()
        assert dialog.result_told.startswith("2 labels imported")
        dialog.deleteLater()

    monkeypatch.setattr(dialogs, "run", use)
    app.window.actions_by_id["import_labels"].trigger()
    assert pressed == ["reading", "comparing", "comparing", "writing"]
    assert kept() == 2
    assert (False, False) in showing  # what is saved can't be stopped


class Importing:
    """Imports a file by the menu, and keeps what the form and the window said."""

    def __init__(self, app: Application, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.path, self.monkeypatch = app, path, monkeypatch
        self.notes: list[str] = []
        monkeypatch.setattr(app.window.commands.labels, "_note", self.notes.append)

    def __call__(self, *, in_their_place: bool = False, restore: bool = False) -> list[str]:
        """Summary, what would be hidden, what was deleted, the button: "" for what isn't offered."""
        told: list[str] = []

        def use(dialog: LabelImportDialog) -> None:
            dialog.show()
            dialog.files.setText(str(self.path))
            dialog.go.click()
            settle(self.app)
            told.append(dialog.summary.text())
            dialog.beneath.setCurrentIndex(int(in_their_place))
            dialog.restore.setChecked(restore)
            told.extend(part.text() if part.isVisible() else "" for part in (dialog.hidden, dialog.restore))
            told.append(dialog.go.text() if dialog.go.isEnabled() else "")
            dialog.go.click()
            settle(self.app)
            dialog.close()
            dialog.deleteLater()

        self.monkeypatch.setattr(dialogs, "run", use)
        self.do("import_labels")
        return told

    def do(self, action: str) -> str:
        self.app.window.actions_by_id[action].trigger()
        return self.notes[-1] if self.notes else ""


def test_an_import_is_one_gesture_that_says_before_what_it_hides_and_what_was_deleted_here(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into one's own layer: copies come along or not, one undo for all rides, a deleted label comes back."""
    labelling, library = app.labelling, app.workspace.library
    before, fresh = said(app.workspace), [(1, 3.0, 5.0, "fall"), (2, 7.0, 8.5, "fall")]
    ours = [one for one in before if one[0] in (1, 2)]
    lines = ["ride,start_s,stop_s,label,author,comment", "ride_0001,3,5,fall,ben,", "ride_0002,7,8.5,fall,,"]
    lines += [f"{library.id_of(ride)},{start},{stop},{label},," for ride, start, stop, label in ours[:2]]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    import_it = Importing(app, tmp_path / "x.csv", monkeypatch)

    told = import_it()
    assert told[0] == "CSV of labels: 4 labels on 2 rides can be taken, 2 of them are there already"
    assert told[1].startswith(f"On 2 rides layer anna has nothing yet; {len(ours)} labels are shown there.")
    assert told[3] == "Import 2 labels"
    assert said(app.workspace) == sorted([*before, *fresh])
    assert import_it.do("undo") == "undone: import 2 annotations from x.csv"
    assert said(app.workspace) == before
    assert "anna" not in {one.name for one in labelling.layers()}  # the copies went with it
    assert import_it.do("redo") == "redone: import 2 annotations from x.csv"
    assert said(app.workspace) == sorted([*before, *fresh])
    bens = (edit for edit in labelling.current(Kind.ANNOTATION) if edit.after["stop_s"] == 5.0)
    assert {edit.author for edit in bens} == {"ben"}

    assert import_it()[1:] == ["", "", ""]  # all are there: nothing is offered
    labelling.delete(said(app.workspace).index(fresh[0]))
    told = import_it(restore=True)
    assert "3 of them are there already, 1 was changed or deleted here" in told[0]
    assert told[3] == "Import 1 label"
    assert said(app.workspace) == sorted([*before, *fresh])
    import_it.do("undo")
    assert said(app.workspace) == sorted([*before, fresh[1]])
    import_it.do("undo")  # the deletion
    import_it.do("undo")  # the first import
    assert said(app.workspace) == before

    assert import_it(in_their_place=True)[3] == "Import 4 labels"
    assert said(app.workspace) == sorted([*(one for one in before if one not in ours), *fresh, *ours[:2]])
    import_it.do("undo")
    assert said(app.workspace) == before


def test_export_says_where_it_writes_what_is_there_already_and_what_is_lost(
    app: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, written = tmp_path / "out", []

    def use(dialog: LabelExportDialog) -> None:
        dialog.show()
        assert [dialog.formats.itemData(at) for at in range(dialog.formats.count())] == list(
            format_names(written=True)
        )
        assert "one file," in dialog.hint.text()
        dialog.formats.setCurrentIndex(dialog.formats.findData("audacity"))
        assert "a folder, with one file a ride" in dialog.hint.text()
        dialog.output.setText(str(output))
        dialog.go.click()
        settle(app)
        assert "labels written to 12 files" in dialog.report.toPlainText()
        written.append({path.name: path.read_bytes() for path in output.iterdir()})
        dialog.go.click()
        settle(app)
        assert not dialog.report.isVisible()
        assert "tick" in dialog.error.text()
        assert "--replace" not in dialog.error.text()
        dialog.replace.setChecked(True)
        dialog.go.click()
        settle(app)
        assert not dialog.error.isVisible()
        dialog.rides.setCurrentIndex(1)
        dialog.formats.setCurrentIndex(dialog.formats.findData("csv"))
        dialog.output.setText(str(tmp_path / "one"))
        dialog.go.click()
        settle(app)
        assert dialog.output.text().endswith("one.csv")
        assert "read back, they say the same" in dialog.report.toPlainText()
        dialog.close()
        dialog.deleteLater()

    monkeypatch.setattr(dialogs, "run", use)
    app.window.actions_by_id["export_labels"].trigger()
    assert len(written[0]) == 24  # each with its sidecar
    rows = (tmp_path / "one.csv").read_text().splitlines()
    assert {row.split(",")[0] for row in rows[1:]} == {"ride_0001"}
    assert json.loads((tmp_path / "one.csv.projector.json").read_text())["layer"].startswith("adjudicated")


def test_a_format_is_recognised_by_what_its_rows_say(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).normal(0, 3, (400, 3)).astype(np.float32)
    marks = (Annotation(0.5, 2.0, "fall", "anna"), Annotation(5.0, 7.25, "crash", "ben"))
    stream = Stream("phone", AXES, ("m/s²",) * 3, samples, 50.0)
    write_library(tmp_path / "rides.h5", [Recording("one", (stream,), marks, start=START)])
    with Library.open(tmp_path / "rides.h5") as library:
        for form in FORMATS:
            path = tmp_path / f"{form.name}.dat"
            if form.write is None:
                path.write_text(READ_ONLY[form.name])
            else:
                made = export_labels(
                    library, Choice(library.annotations, "imported"), form, tmp_path / form.name
                )
                assert guess(made.files[0].path).name == form.name
                path.write_bytes(made.files[0].path.read_bytes())
            assert guess(path).name in (form.name, form.name.removesuffix("-txt"))
    nonsense = tmp_path / "nonsense.txt"
    nonsense.write_text("what is this?\nno labels\n")
    assert guess(nonsense) is None
    with pytest.raises(InputError, match="in none of the formats"):
        preview_labels(
            str(library.path),
            str(tmp_path / "none"),
            [str(nonsense)],
            "",
            "me",
            "me",
            "",
            [],
            progress=silent,
        )
