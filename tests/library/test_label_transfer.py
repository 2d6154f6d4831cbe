"""Labels in and out of a library: folders, sidecars, guards, ids, a word on everything that is not taken."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from projector.annotations.layers import labels_of
from projector.cli import cli, run
from projector.domain.errors import InputError, StorageError
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.domain.progress import Cancelled
from projector.library.label_store import LabelStore, store_path
from projector.library.labels import FORMATS, format_names, format_of, losses
from projector.library.labels.exporting import Choice, ExportReport, export_labels, file_name
from projector.library.labels.importing import import_labels
from projector.library.labels.sidecar import sidecar_path
from projector.library.labels.taking import Source
from projector.library.library import Library
from projector.library.writer import write_library
from tests.workspace.labelling_made import closed
from tests.workspace.labelling_made import opened as labelling_opened

RATE, SECONDS = 20.0, 40
START = datetime(2026, 5, 3, 14, 30, tzinfo=timezone(timedelta(hours=2)))
MARKS = (
    Annotation(0.5, 2.25, "fall", "anna", comment="left, hard"),
    Annotation(5.0, 5.0, "bump", "ben"),
    Annotation(7.125, 9.5, "=SUM(A1)", "anna"),
)
RIDES = ("a:1", "b.2", "no date", "silent")


def recording(name: str, seed: int) -> Recording:
    samples = np.random.default_rng(seed).normal(0, 3, (int(RATE * SECONDS), 3)).astype(np.float32)
    stream = Stream("phone", AXES, ("m/s²",) * 3, samples, RATE)
    marks = () if name == "silent" else MARKS
    return Recording(name, (stream,), marks, start=None if name == "no date" else START)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "rides.h5"
    write_library(path, (recording(name, seed) for seed, name in enumerate(RIDES)))
    with Library.open(path) as opened:
        yield opened


def exported(library: Library, name: str, output: Path, **choice: object) -> ExportReport:
    chosen = Choice(library.annotations, "imported", **choice)  # type: ignore[arg-type]
    return export_labels(library, chosen, format_of(name), output)


def source(name: str, layer: str = "ours", **other: str) -> Source:
    return Source(format_of(name), "me", layer, "2026-11-21T23:00:00+00:00", **other)


@pytest.mark.parametrize("name", format_names(written=True))
def test_what_goes_out_comes_in_again_once(library: Library, tmp_path: Path, name: str) -> None:
    form, output = format_of(name), tmp_path / f"out{format_of(name).suffix if format_of(name).many else ''}"
    report = exported(library, name, output)
    dated = [ride for ride in RIDES[:3] if not (form.dated and ride == "no date")]
    assert [ride for ride, _ in report.left_out] == ([] if len(dated) == 3 else ["no date"])
    assert report.unlabelled == 1
    assert all(sidecar_path(one.path).exists() for one in report.files)
    with LabelStore.open(store_path(library.path)) as store:
        found = import_labels(library, store, [output], source(name))
        assert [one.refused for one in found] == [()] * len(found)
        again = import_labels(library, store, [output], source(name))
        assert sum(one.new for one in found) == len(store) == 3 * len(dated)
        assert sum(one.new for one in again) == 0
        heads = store.heads()
        assert store.check().sound
    assert {edit.ride for edit in heads} == set(dated)
    for ride in dated:
        bodies = sorted((edit.after for edit in heads if edit.ride == ride), key=lambda body: body["start_s"])
        assert [body["label"] for body in bodies] == ["fall", "bump", "=SUM(A1)"]
        edges = [(body["start_s"], body["stop_s"]) for body in bodies]
        want = [(one.start_s, one.stop_s) for one in MARKS]
        assert np.array(edges) == pytest.approx(np.array(want), abs=1 / RATE + 1e-3)
    assert all(
        edit.reason.startswith("imported from ") and edit.signal_hash and edit.layer == "ours"
        for edit in heads
    )


def test_labels_that_were_copies_and_went_with_an_undo_are_not_there_already(
    library: Library, tmp_path: Path
) -> None:
    exported(library, "audacity", tmp_path / "out")
    workspace, labelling = labelling_opened(library.path, "anna")
    labelling.relabel(0, "bump")  # copies the imported labels of the ride into anna's layer
    labelling.undo()  # and takes them away
    taken = replace(source("audacity", "anna"), author="anna")
    with LabelStore.open(store_path(library.path)) as store:
        found = import_labels(library, store, [tmp_path / "out"], taken)
        assert sum(one.new for one in found) == sum(one.taken for one in found) == 9
        assert len(labels_of(store.heads(), "anna")) == 9
        assert sum(one.new for one in import_labels(library, store, [tmp_path / "out"], taken)) == 0
    closed(workspace, labelling)


@pytest.mark.parametrize("name", [form.name for form in FORMATS if form.spreadsheet])
def test_no_cell_is_live_and_the_sidecar_says_so(library: Library, tmp_path: Path, name: str) -> None:
    report = exported(library, name, tmp_path / "out", rides=("a:1",))
    path = report.files[0].path
    assert "'=SUM(A1)" in path.read_text()
    assert ",=SUM" not in path.read_text()
    told = json.loads(sidecar_path(path).read_text())
    assert told["guarded"] is True
    assert "=SUM(A1)" in {label["name"] for label in told["labels"]}


def test_the_sidecar_tells_what_the_format_cannot(library: Library, tmp_path: Path) -> None:
    path = exported(library, "audacity", tmp_path / "out").files[0].path
    told = json.loads(sidecar_path(path).read_text())
    assert told["format"] == "audacity"
    assert told["format_version"] == 1
    assert told["made_by"].startswith("Projector ")
    assert {label["name"]: label["count"] for label in told["labels"]} == {
        "fall": 1,
        "bump": 1,
        "=SUM(A1)": 1,
    }
    ride = told["rides"][0]
    assert ride["signal_hash"] == library.describe(library.number_of("a:1")).signal_hash.hex()
    assert (ride["ride"], ride["start_utc"], ride["zone"]) == ("a:1", "2026-05-03T12:30:00+00:00", "+0200")
    assert told["remarks"] == ["the author of 3 labels is not kept", "the comment of 1 label is not kept"]


def test_what_a_format_loses_is_told(library: Library, tmp_path: Path) -> None:
    assert exported(library, "csv", tmp_path / "x.csv").files[0].remarks == []
    remarks = exported(library, "sensiml", tmp_path / "x.dai").files[0].remarks
    assert remarks[0] == "3 labels that were points come back as intervals"
    assert "rounded, by at most 0.025 s" in remarks[1]
    several = exported(library, "trainset", tmp_path / "out")
    assert "rounded" in several.files[0].remarks[1]
    assert several.remarks[2:] == [  # of all files once
        "the author of 6 labels is not kept (in 2 files)",
        "the comment of 2 labels is not kept (in 2 files)",
    ]


def test_labels_of_other_signals_are_refused(library: Library, tmp_path: Path) -> None:
    output = tmp_path / "x.csv"
    exported(library, "csv", output, rides=("a:1",))
    other = tmp_path / "other.h5"
    write_library(other, (recording(name, seed + 9) for seed, name in enumerate(RIDES)))
    with (
        Library.open(other) as cropped,
        LabelStore.open(store_path(other)) as store,
        pytest.raises(InputError) as caught,
    ):
        import_labels(cropped, store, [output], source("csv"))
    assert "other signals" in caught.value.remedy


def test_good_rows_are_taken_beside_bad_ones(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "b.2.txt"
    path.write_bytes(b"1\t2\tfall\n3\t2\tfall\n4\t5\tf\xe4ll\n6\t7\tbump\n9\t99\tfall\n")
    with LabelStore.open(store_path(library.path)) as store:
        report = import_labels(library, store, [path], source("audacity"))[0]
        assert [edit.ride for edit in store.heads()] == ["b.2", "b.2"]
    assert (report.taken, report.new, report.rides) == (2, 2, 1)
    assert [place for place, _ in report.refused] == ["line 2", "line 3", "line 5"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.mad_gui", b"anything", "pickle"),
        ("x.csv", b"\x80\x04\x95\x00\x00", "pickle"),
        ("x.csv", b"PK\x03\x04\x00\x00\x00", "no text"),
        ("x.csv", b"start,end\n\n", ""),
        ("x.csv", None, "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    library: Library, tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with LabelStore.open(store_path(library.path)) as store:
        if not reason:
            assert import_labels(library, store, [path], source("mad-gui"))[0].taken == 0
        else:
            with pytest.raises(InputError) as caught:
                import_labels(library, store, [path], source("mad-gui"))
            assert reason in caught.value.remedy
        assert len(store) == 0


def test_text_in_any_dress_is_read(library: Library, tmp_path: Path) -> None:
    text = "1\t2\tÜberschlag\n3\t4\tfall\n"
    dresses = [text.encode("utf-8-sig"), text.encode("utf-16"), text.replace("\n", "\r\n").encode(),
               text.replace("\n", "\r").encode()]  # fmt: skip
    with LabelStore.open(store_path(library.path)) as store:
        for data in dresses:
            (tmp_path / "a%3A1.txt").write_bytes(data)
            report = import_labels(library, store, [tmp_path / "a%3A1.txt"], source("audacity"))[0]
            assert (report.taken, report.refused) == (2, ())
        assert {edit.after["label"] for edit in store.heads() if edit.after} == {"Überschlag", "fall"}
        assert len(store) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only here can a file have such a name")
def test_a_name_of_any_bytes_and_broken_utf_16(library: Library, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe4d.txt"))
    path.write_text("1\t2\tfall\n")
    with LabelStore.open(store_path(library.path)) as store:
        import_labels(library, store, [path], source("audacity", ride="b.2"))
        assert store.heads()[0].reason == "imported from b\ufffdd.txt"
        assert store.check().sound
        path.write_bytes("1\t2\tfall\n".encode("utf-16") + b"x")
        with pytest.raises(InputError) as caught:
            import_labels(library, store, [path], source("audacity", ride="b.2"))
    assert "no UTF-16" in caught.value.remedy


def test_which_ride_a_file_is_about(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("1\t2\tfall\n")
    with LabelStore.open(store_path(library.path)) as store:
        with pytest.raises(InputError) as caught:
            import_labels(library, store, [path], source("audacity"))
        assert "--ride" in caught.value.remedy
        import_labels(library, store, [path], source("audacity", ride="silent"))
        assert [edit.ride for edit in store.heads()] == ["silent"]
        with pytest.raises(InputError, match="no ride 'x'"):
            import_labels(library, store, [path], source("audacity", ride="x"))
        with pytest.raises(InputError, match="never changes"):
            import_labels(library, store, [path], source("audacity", layer="imported"))


def test_a_row_about_an_unknown_ride_is_not_put_elsewhere(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "silent.csv"
    path.write_text("ride,start_s,label\nghost,1,fall\nb.2,1,fall\n,1,fall\n")
    with LabelStore.open(store_path(library.path)) as store:
        report = import_labels(library, store, [path], source("csv"))[0]
        assert report.refused == (("line 2", "the library has no ride 'ghost'"),)
        assert sorted(edit.ride for edit in store.heads()) == ["b.2", "silent"]


@pytest.mark.parametrize(
    ("ride", "name"),
    [("a:1", "a%3A1"), ("..", "%2E%2E"), ("x%y", "x%25y"), ("ü 1", "ü 1"), ("end ", "end%20")],
)
def test_names_that_every_file_system_takes(ride: str, name: str) -> None:
    assert file_name(ride) == name


def test_nothing_is_overwritten_unasked(library: Library, tmp_path: Path) -> None:
    exported(library, "csv", tmp_path / "x.csv")
    before = (tmp_path / "x.csv").read_bytes()
    with pytest.raises(StorageError, match="a file already"):
        exported(library, "csv", tmp_path / "x.csv")
    choice = Choice(library.annotations, "imported", ("a:1",))
    export_labels(library, choice, format_of("csv"), tmp_path / "x.csv", replace_files=True)
    assert (tmp_path / "x.csv").read_bytes() != before
    assert not list(tmp_path.glob("*.part"))


def test_an_export_that_is_stopped_leaves_the_old_file(library: Library, tmp_path: Path, monkeypatch) -> None:
    path, said = tmp_path / "x.csv", list[str]()
    path.write_text("old")
    monkeypatch.setattr(losses, "TOLD_EVERY", 1)

    def stop(done: float, total: float, what: str = "") -> None:
        assert done < total
        said.append(what)
        if what == "reading the labels back" and done:
            raise Cancelled

    choice = Choice(library.annotations, "imported")
    with pytest.raises(Cancelled):
        export_labels(library, choice, format_of("csv"), path, replace_files=True, progress=stop)
    assert said.count("gathering the labels") == len(RIDES)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(("x.", ".x"))] == ["x.csv"]
    assert path.read_text() == "old"


def test_one_ride_goes_into_a_file_and_several_into_a_folder(library: Library, tmp_path: Path) -> None:
    one = exported(library, "audacity", tmp_path / "one.txt", rides=("a:1",))
    assert [written.path for written in one.files] == [tmp_path / "one.txt"]
    with pytest.raises(InputError, match="one ride a file"):
        exported(library, "audacity", tmp_path / "all.txt")
    many = exported(library, "audacity", tmp_path / "all")
    assert [written.path.name for written in many.files] == ["a%3A1.txt", "b.2.txt", "no date.txt"]


def test_an_unknown_zone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "local.h5"
    write_library(path, [replace(recording("b.2", 1), start=START.replace(tzinfo=None))])
    with Library.open(path) as library:
        written = exported(library, "mne", tmp_path / "out").files[0]
    assert written.remarks[0].startswith("the time zone is not known")
    assert json.loads(sidecar_path(written.path).read_text())["rides"][0]["zone"] is None


def test_the_commands(library: Library, tmp_path: Path) -> None:
    path, runner = str(library.path), CliRunner()

    def told(*arguments: str) -> dict[str, object]:
        result = runner.invoke(cli, ["labels", *arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        found = json.loads(result.output)
        assert isinstance(found, dict)
        return found

    out = str(tmp_path / "x.json")
    assert told("export", path, "--format", "label-studio", "-o", out)["left_out"] == []
    found = told("import", path, out, "--format", "label-studio", "--author", "cy")
    assert found["layer"] == "cy"
    told("export", path, "--format", "csv", "-o", str(tmp_path / "cy.csv"), "--layer", "cy", "--ride", "b.2")
    assert (tmp_path / "cy.csv").read_text().splitlines()[1] == 'b.2,0.5,2.25,fall,anna,"left, hard"'
    assert run(["labels", "export", path, "--format", "csv", "-o", out, "--layer", "nobody"]) == 2
    assert run(["labels", "import", path, str(tmp_path / "none"), "--format", "csv"]) == 2
