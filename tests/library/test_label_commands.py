"""check, backup, merge and compare: what the store's commands promise, on stores that people really have."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sklearn.metrics import cohen_kappa_score

from projector.annotations.layers import Anchor, copied, first_edits
from projector.cli import cli, run
from projector.domain.edits import Edit, Kind, new_id
from projector.domain.errors import LibraryError, StorageError
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.label_merge import merge_stores
from projector.library.label_store import APPLICATION_ID, LabelStore, link
from projector.library.labels.shelf import Shelf
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.label_writer import an_edit

WRITER = Path(__file__).with_name("label_writer.py")


def labels(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["labels", *map(str, arguments)])


def told(*arguments: object) -> dict[str, Any]:
    result = labels(*arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    found = json.loads(result.output)
    assert isinstance(found, dict)
    return found


def store_of(path: Path, edits: list[Edit]) -> Path:
    with LabelStore.open(path) as store:
        store.append(edits)
    return path


def changed(edit: Edit, author: str, stop: float | None, utc: str = "2026-11-21T23:00:00Z") -> Edit:
    """The same annotation moved, or removed, by somebody."""
    assert edit.after is not None
    after = None if stop is None else {**edit.after, "stop_s": stop}
    return replace(
        edit, id=new_id(), parents=(edit.id,), before=edit.after, after=after, author=author, utc=utc
    )


# --- check --------------------------------------------------------------------------------------------------


def test_check_tells_who_and_what(tmp_path: Path) -> None:
    base = an_edit(1)
    path = store_of(tmp_path / "a.labels.db", [base, changed(base, "anna", 9.0), changed(base, "ben", None)])
    found = told("check", path)
    assert (found["edits"], found["sound"], found["view_was_right"]) == (3, True, True)
    assert found["authors"] == ["anna", "ben"]
    assert {one["author"] for one in found["conflicts"][0]["versions"]} == {"anna", "ben"}
    assert "ben: removed" in labels("check", path).output


def test_check_makes_no_store_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["labels", "check", str(tmp_path / "none.labels.db")]) == 2
    assert "no such label store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_check_finds_a_changed_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = store_of(tmp_path / "a.labels.db", [an_edit(number) for number in range(5)])
    db = sqlite3.connect(path)
    db.execute("DROP TRIGGER journal_is_kept")
    db.execute("UPDATE journal SET edit = replace(edit, 'fall', 'fell') WHERE n = 3")
    db.commit()
    db.close()
    assert run(["labels", "check", str(path)]) == 2
    assert "breaks at edit 3" in capsys.readouterr().err
    with pytest.raises(LibraryError, match="damaged"):
        merge_stores([path, path], tmp_path / "out.labels.db")


def test_rebuild_mends_the_view(tmp_path: Path) -> None:
    path = store_of(tmp_path / "a.labels.db", [an_edit(number) for number in range(5)])
    db = sqlite3.connect(path)
    db.execute("DELETE FROM heads")
    db.commit()
    db.close()
    assert run(["labels", "check", str(path)]) == 2
    assert told("check", path, "--rebuild")["rebuilt"]
    assert told("check", path)["view_was_right"]


def test_a_store_of_format_1_opens_as_it_was(tmp_path: Path) -> None:
    """Written here statement by statement: a change of the format must bring a migration."""
    path, edits, chain = tmp_path / "old.labels.db", [an_edit(number) for number in range(4)], ""
    db = sqlite3.connect(path)
    for statement in (
        "CREATE TABLE journal (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edit TEXT NOT NULL, "
        "chain TEXT NOT NULL) STRICT",
        "CREATE TABLE superseded (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        "CREATE TABLE heads (id TEXT PRIMARY KEY, ride TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "PRAGMA user_version = 1",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ):
        db.execute(statement)
    for edit in edits:
        chain = link(chain, edit.line())
        db.execute("INSERT INTO journal (id, edit, chain) VALUES (?, ?, ?)", (edit.id, edit.line(), chain))
        db.execute("INSERT INTO heads VALUES (?, ?)", (edit.id, edit.ride))
    db.commit()
    db.close()
    with LabelStore.open(path) as store:
        assert list(store.edits()) == edits
        assert store.history("ride_2") == [edits[2]]
        assert store.check().sound
        assert store.check().view_was_right
        assert store.append([an_edit(9)]) == 1


# --- backup -------------------------------------------------------------------------------------------------


def test_a_backup_is_whole_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.labels.db"
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(path), "100000"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for number in range(2):
            acknowledged = child.stdout.readline().strip()
            copy = tmp_path / f"copy{number}.labels.db"
            assert labels("backup", path, "-o", copy).exit_code == 0
            with LabelStore.open(copy) as store:
                assert acknowledged in {edit.id for edit in store.edits()}
        child.kill()
    assert sorted(one.name for one in tmp_path.glob("copy*")) == [f"copy{n}.labels.db" for n in range(2)]


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    path = store_of(tmp_path / "a.labels.db", [an_edit(1)])
    (tmp_path / "b.db").write_text("mine")
    assert run(["labels", "backup", str(path), "-o", str(tmp_path / "b.db")]) == 2
    assert (tmp_path / "b.db").read_text() == "mine"


# --- merge --------------------------------------------------------------------------------------------------


def test_a_merge_is_the_same_in_any_order_and_twice(tmp_path: Path) -> None:
    shared = [an_edit(number) for number in range(6)]
    copies = [copied(shared[3:], author="cy", layer="cy", utc=utc) for utc in ("2026-11-22", "2026-11-23")]
    mine, yours = changed(shared[0], "anna", 5.0), changed(shared[0], "ben", 6.0)
    a = store_of(tmp_path / "a.labels.db", [*shared, mine, *copies[0]])
    b = store_of(
        tmp_path / "b.labels.db", [*reversed(shared), changed(shared[1], "ben", None), yours, *copies[1]]
    )
    outs = [tmp_path / f"out{number}.labels.db" for number in range(3)]
    report = told("merge", a, b, "-o", outs[0])
    merge_stores([b, a, b], outs[1])
    merge_stores([outs[0], a, outs[1]], outs[2])
    assert report["edits"] == 12
    assert list(report["only"].values()) == [1, 2]
    assert len(report["differing"]) == 3
    assert {one["author"] for one in report["conflicts"][0]["versions"]} == {"anna", "ben"}
    journals = []
    for out in outs:
        with LabelStore.open(out) as store:
            assert store.check().sound
            assert store.check().view_was_right
            journals.append((list(store.edits()), store.heads()))
    assert journals[0] == journals[1] == journals[2]
    assert {edit.utc for edit in journals[0][0] if edit.layer == "cy"} == {"2026-11-22"}


def test_a_merge_overwrites_nothing_and_needs_two(tmp_path: Path) -> None:
    path = store_of(tmp_path / "a.labels.db", [an_edit(1)])
    with pytest.raises(StorageError, match="a file already"):
        merge_stores([path, path], path)
    assert run(["labels", "merge", str(path), "-o", str(tmp_path / "x.db")]) == 2
    assert run(["labels", "merge", str(path), str(tmp_path / "y.db"), "-o", str(tmp_path / "x.db")]) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["a.labels.db"]


# --- compare ------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    path = tmp_path / "rides.h5"
    marks = (Annotation(2.0, 6.0, "fall"), Annotation(10.0, 10.0, "bump"), Annotation(15.0, 19.0, "crash"))
    stream = Stream("phone", AXES, ("m/s²",) * 3, np.ones((600, 3), np.float32), 20.0)
    write_library(path, [Recording(name, (stream,), marks) for name in ("a", "b", "c")])
    with Library.open(path) as opened:
        yield opened


def made(library: Library, layer: str, ride: str, *marks: Annotation) -> list[Edit]:
    anchor: Anchor = Shelf(library).anchors[ride]
    found = [replace(mark, author=layer) for mark in marks]
    return first_edits(found, ride, anchor.signal_hash, layer=layer, utc="2026", reason="")


def seen(library: Library, layer: str, ride: str) -> Edit:
    body = {"start_s": 0.0, "stop_s": 30.0}
    return Edit(new_id(), Kind.SEEN, new_id(), (), None, body, layer, "2026", ride, layer=layer)


def test_compare_counts_only_rides_that_both_labelled(library: Library, tmp_path: Path) -> None:
    anna = made(library, "anna", "a", Annotation(2.5, 6.0, "fall"), Annotation(10.5, 10.5, "bump"))
    anna += [seen(library, "anna", "b")]
    ben = made(library, "ben", "a", Annotation(2.0, 6.0, "crash"))
    store_of(tmp_path / "rides.labels.db", [*anna, *ben])
    found = told("compare", library.path, "--window", 2, "--hop", 1)
    pairs = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
    assert set(pairs) == {("imported", "anna"), ("imported", "ben"), ("anna", "ben")}
    one = pairs["imported", "anna"]
    assert (one["rides"], one["only_a"], one["only_b"], one["windows"]) == (2, 1, 0, 2 * 29)
    assert one["overall"]["onset"] == {"count": 2, "mean": 0.5, "median": 0.5, "p95": 0.5}
    assert one["overall"]["offset"]["mean"] == 0
    assert one["overall"]["mean_iou"] == pytest.approx(
        (3.5 / 4) / 4
    )  # two crashes and a fall that anna has not
    assert one["classes"]["crash"]["matched"] == 0
    codes = [(row["a"], row["b"]) for row in one["confusion"] for _ in range(row["windows"])]
    assert one["overall"]["kappa"] == pytest.approx(cohen_kappa_score(*zip(*codes, strict=True)))
    assert set(found["people"]) == {"imported", "anna", "ben"}
    text = labels("compare", library.path, "--layer", "anna", "--layer", "imported").output
    assert "anna and imported: 2 rides" in text  # the order they are named in says who is later than whom
    assert "anna and ben: 1 ride," in labels("compare", library.path).output
    assert "not compared: 1 only by imported" in text


def test_compare_takes_two_peoples_stores(library: Library, tmp_path: Path) -> None:
    mark = Annotation(2.0, 6.0, "fall")
    a = store_of(tmp_path / "x.labels.db", made(library, "anna", "a", mark))
    b = store_of(tmp_path / "y.labels.db", made(library, "ben", "a", mark))
    pair = told("compare", library.path, a, b)["pairs"]
    assert [(one["a"], one["b"]) for one in pair] == [("x:anna", "y:ben")]
    assert [(one["overall"]["kappa"], one["overall"]["mean_iou"]) for one in pair] == [(1, 1)]


@pytest.mark.parametrize("layers", [["--layer", "nobody", "--layer", "imported"], ["--layer", "imported"]])
def test_compare_without_two_sides_says_what_there_is(
    library: Library, tmp_path: Path, layers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    store_of(tmp_path / "rides.labels.db", made(library, "anna", "a", Annotation(1, 2, "fall")))
    assert run(["labels", "compare", str(library.path), *layers]) == 2
    assert "there are: imported, anna" in capsys.readouterr().err
