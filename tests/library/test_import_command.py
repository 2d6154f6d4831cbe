"""`projector import`: what it writes, what it reports, and how it ends when something is wrong."""

import json
from pathlib import Path

import numpy as np
import pytest

from projector.cli import run
from projector.domain.nouns import Recording
from projector.domain.progress import Cancelled
from projector.library import readers
from projector.library.importing import import_recordings
from projector.library.library import Library
from projector.library.readers import FAULT, Found, read_sources

GOOD = "time_s,ax_g,ay_g,az_g,label\n" + "".join(f"{k / 50},0,0,1,{'ab'[k // 50]}\n" for k in range(100))


@pytest.fixture
def rides(tmp_path: Path) -> Path:
    """Three good recordings and two bad ones."""
    folder = tmp_path / "rides"
    folder.mkdir()
    for name in ("r1", "r2", "r10"):
        (folder / f"{name}.csv").write_text(GOOD)
    (folder / "r3.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "r4.csv").write_text("")
    return folder


def test_one_bad_file_never_spoils_the_rest(rides: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = rides.parent / "out.h5"
    assert run(["import", str(rides), "-o", str(output)]) == 0
    told = capfd.readouterr().out
    assert "3 rides, 300 samples, 6 annotations" in told
    assert "r3.csv: this is a PNG picture" in told
    assert "r4.csv: the file is empty" in told
    with Library.open(output) as library:
        assert library.ids == ("r1", "r2", "r10")
        assert library.number_of("r10") == 3
    assert sorted(path.name for path in rides.parent.iterdir()) == ["out.h5", "rides"]


def test_the_report_as_json(rides: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (rides / "r5.csv").write_text(GOOD.replace("\n0.5,0,0,1", "\n0.5,0,x,1").replace("time_s", "time"))
    output = rides.parent / "out.h5"
    assert run(["import", str(rides), "-o", str(output), "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["rides"], told["samples"], told["seconds"]) == (4, 400, pytest.approx(8.0))
    assert [one["source"] for one in told["refused"]] == ["r3.csv", "r4.csv"]
    assert list(told["odd"]) == ["r5"]
    assert any("1 of 100 rows of phone" in remark for remark in told["odd"]["r5"])
    assert any("'time' counts in s, by its steps" in remark for remark in told["odd"]["r5"])
    with Library.open(output) as library:
        assert library.content_hash == told["content_hash"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["rides/r3.csv"], "PNG picture"),
        (["rides/r4.csv"], "the file is empty"),
        (["rides/r3.csv", "rides/r4.csv"], "none of 2 recordings can be brought in"),
        (["nowhere"], "no such file or folder"),
        (["https://example.org/rides.csv"], "nothing is fetched from the network"),
        (["rides", "--as", "hapt"], "no file matches"),
        (["rides", "--as", "hopt"], "no description named 'hopt'"),
        (["rides", "--description", "nowhere.toml"], "cannot be read"),
        (["rides", "--description", "bad.toml"], "unknown key 'flies'"),
        (["rides", "--description", "bad.toml", "--as", "hapt"], "exclude one another"),
        (["rides", "--replace", "--into"], "exclude one another"),
    ],
)
def test_what_the_user_can_mend_ends_with_2_and_no_file(
    rides: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(rides.parent)
    Path("bad.toml").write_text('flies = "x"\n')
    assert run(["import", *arguments, "-o", "out.h5"]) == 2
    error = capfd.readouterr().err
    assert reason in error
    assert "Traceback" not in error
    assert sorted(path.name for path in Path().iterdir()) == ["bad.toml", "rides"]


def test_an_existing_library_is_replaced_or_added_to_only_on_demand(rides: Path) -> None:
    output = rides.parent / "out.h5"
    more = rides.parent / "more"
    more.mkdir()
    (more / "r1.csv").write_text(GOOD)
    (more / "new.csv").write_text(GOOD)
    assert run(["import", str(rides), "-o", str(output)]) == 0
    before = output.read_bytes()
    assert run(["import", str(more), "-o", str(output)]) == 2
    assert output.read_bytes() == before
    report = import_recordings([more], output, into=True)
    assert (report.rides, [one.source for one in report.refused]) == (1, ["r1"])
    with Library.open(output) as library:
        assert library.ids == ("r1", "r2", "r10", "new")
        assert library.numbers.tolist() == [1, 2, 3, 4]
    assert import_recordings([more], output, replace=True).rides == 2
    with Library.open(output) as library:
        assert set(library.ids) == {"r1", "new"}


def test_progress_reaches_the_end_and_cancel_leaves_nothing(rides: Path) -> None:
    seen = []
    output = rides.parent / "out.h5"
    import_recordings([rides], output, progress=lambda done, total, what="": seen.append((done, total, what)))
    assert any(what.startswith("writing r10") for _, _, what in seen)
    assert all(0 < done <= total for done, total, _ in seen)
    output.unlink()

    def cancel(done: float, total: float, what: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        import_recordings([rides], output, progress=cancel)
    assert sorted(path.name for path in rides.parent.iterdir()) == ["rides"]


def test_rides_come_in_order_however_long_each_takes(tmp_path: Path) -> None:
    for k in range(12):
        rows = "".join(f"{i / 50},0,0,{k + 1}\n" for i in range(20_000 if k % 3 == 0 else 10))
        (tmp_path / f"r{k}.csv").write_text("time_s,ax [g],ay [g],az [g]\n" + rows)
    found = read_sources([tmp_path])
    assert isinstance(found, Found)
    assert len(found) == 12
    assert [one.id for one in found] == [f"r{k}" for k in range(12)]


def test_stopping_early_doesn_t_read_on(tmp_path: Path) -> None:
    for k in range(50):
        (tmp_path / f"r{k}.csv").write_text(GOOD)
    rides = iter(read_sources([tmp_path]))
    next(rides)
    rides.close()  # type: ignore[attr-defined]  # waits for the few in flight and no more


def test_text_reports_count_what_is_alike(tmp_path: Path) -> None:
    mangled = "time_s,ax_g,ay_g,az_g\n" + "".join(f"{k / 50},0,0,1.012.{k:03d}\n" for k in range(30))
    for k in range(20):
        (tmp_path / f"bad{k}.csv").write_text(mangled)
    jumps = np.cumsum(np.where(np.arange(100) == 50, 3.0, 0.02))
    rows = "".join(f"{time:.3f},0,0,1\n" for time in jumps)
    for k in range(5):
        (tmp_path / f"gap{k}.csv").write_text("time_s,ax_g,ay_g,az_g\n" + rows)
    lines = import_recordings([tmp_path], tmp_path.parent / f"{tmp_path.name}.h5").text().splitlines()
    assert lines[1] == "refused (20):"
    assert lines[2].startswith("  bad0.csv (and 19 others alike): 30 of 30 rows of phone hold something")
    assert lines[4] == "  gaps, 5 rides: gap0: 1 in phone, the longest 3 s"
    assert len(lines) == 5


def test_a_fault_of_ours_spoils_one_file_only(rides: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = readers.read_unknown

    def faulty(path: Path, ride_id: str) -> Recording:
        return [][1] if path.stem == "r2" else real(path, ride_id)

    monkeypatch.setattr(readers, "read_unknown", faulty)
    report = import_recordings([rides], rides.parent / "out.h5")
    assert report.rides == 2
    assert any(FAULT in one.reason for one in report.refused if one.source == "r2.csv")
