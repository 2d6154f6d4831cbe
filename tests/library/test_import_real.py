"""The shipped descriptions on the public sets as their authors published them, dirt included."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from projector.domain.nouns import Recording
from projector.library.importing import ImportReport, import_recordings
from projector.library.library import Library
from projector.library.readers import Refused, read_sources, shipped

pytestmark = pytest.mark.real
RealSet = Callable[[str], Path]


def bring_in(name: str, real_recordings: RealSet, tmp_path: Path) -> tuple[ImportReport, Library]:
    output = tmp_path / f"{name}.h5"
    report = import_recordings([real_recordings(name)], output, as_=name)
    assert [path.name for path in tmp_path.iterdir()] == [output.name]
    return report, Library.open(output)


def counted(library: Library) -> Counter[str]:
    marks = library.annotations
    return Counter(marks.label_names[code] for code in marks.label)


def test_hapt(real_recordings: RealSet, tmp_path: Path) -> None:
    report, library = bring_in("hapt", real_recordings, tmp_path)
    with library:
        assert (report.rides, report.samples, report.annotations) == (61, 1_122_772, 1_214)
        assert report.refused == ()
        assert len(counted(library)) == 12
        ride = library.ride(library.number_of("exp01_user01"))
        first = real_recordings("hapt") / "RawData"
        acc = np.loadtxt(first / "acc_exp01_user01.txt") * 9.80665
        gyro = np.loadtxt(first / "gyro_exp01_user01.txt")
        stored = ride.recording().primary
        assert stored.channels == ("ax", "ay", "az", "gx", "gy", "gz")
        assert stored.rate_hz == 50
        np.testing.assert_array_equal(stored.samples, np.hstack([acc, gyro]).astype(np.float32))
        # experiment, user, activity, numbers of the first and the last sample, from 1
        *_, code, start, stop = map(int, (first / "labels.txt").read_text().split()[:5])
        names = dict(line.split() for line in (first.parent / "activity_labels.txt").read_text().splitlines())
        mark = ride.recording().annotations[0]
        assert (mark.label, mark.start_s, mark.stop_s) == (names[str(code)], (start - 1) / 50, stop / 50)
        assert ride.metadata["user"] == "01"
        assert "g" in ride.recording().source.split()


def test_driver_behavior(real_recordings: RealSet, tmp_path: Path) -> None:
    report, library = bring_in("driver_behavior", real_recordings, tmp_path)
    with library:
        assert (report.rides, report.annotations) == (3, 53)
        (refused,) = report.refused
        assert refused.source.startswith("16/")
        assert "acelerometro_terra.csv" in refused.reason
        assert len(counted(library)) == 7
        ride = library.ride(library.number_of("trip17"))
        assert set(ride.streams) == {"phone", "linear", "gyro", "mag"}
        phone, gyro = (ride.streams[name].load().time_s for name in ("phone", "gyro"))
        assert phone is not None
        assert gyro is not None
        # the clock counts from the trip's start
        folder = real_recordings("driver_behavior") / "17"
        trip = json.loads((folder / "viagem.json").read_text())
        row = (folder / "acelerometro_terra.csv").read_text().splitlines()[1].split(",")
        nanoseconds = int(row[1]) - trip["firstCollectionUptimeNanos"]
        assert phone[0] == pytest.approx(nanoseconds / 1e9, abs=1e-9)
        assert not np.intersect1d(phone, gyro).size
        first = ride.recording().annotations[0]
        label, *times = (folder / "groundTruth.csv").read_text().splitlines()[1].split(",")
        assert (first.label, first.start_s, first.stop_s) == (label, *map(float, times))
        assert ride.recording().start == datetime.fromisoformat(trip["start"])
        assert any("mag" in remark for remark in report.odd["trip17"] if remark.startswith("doubled stamps"))


def test_sisfall(real_recordings: RealSet, tmp_path: Path) -> None:
    report, library = bring_in("sisfall", real_recordings, tmp_path)
    with library:
        assert (report.rides, report.samples, report.annotations) == (777, 2_721_345, 777)
        assert report.refused == ()
        cut = {ride for ride, _ in report.kinds()["cut row"]}
        # nine files end inside a row, the two that the set's description names among them
        assert {"SA21-D05_SA21_R03", "SE07-D05_SE07_R01"} <= cut
        assert len(cut) == 9
        one, other = (
            library.ride(library.number_of(f"{folder}-D17_SE15_R01")).recording()
            for folder in ("SA15", "SE15")
        )
        assert one.primary.samples.shape != other.primary.samples.shape or np.any(
            one.primary.samples != other.primary.samples
        )
        scales = [32 / 2**13] * 3 + [4000 / 2**16] * 3 + [16 / 2**14] * 3
        units = [9.80665] * 3 + [np.pi / 180] * 3 + [9.80665] * 3
        path = real_recordings("sisfall") / "SE15" / "D17_SE15_R01.txt"
        raw = np.array([path.read_text().split(";")[0].split(",")], float)
        np.testing.assert_allclose(other.primary.samples[:1], raw * scales * np.array(units), rtol=1e-6)
        assert other.metadata["age"] == 64
        assert other.metadata["kind"] == "daily"
        falls = [label for label in counted(library).elements() if label.startswith("fall")]
        assert len(falls) == 298


def test_umafall_every_file_is_a_ride_but_the_mangled_ones(real_recordings: RealSet) -> None:
    """Read only: writing 13 streams a ride of all 287 takes longer than it tells."""
    found = list(read_sources([real_recordings("umafall")], shipped("umafall")))
    rides = [one for one in found if isinstance(one, Recording)]
    refused = [one for one in found if isinstance(one, Refused)]
    assert (len(rides), len(refused)) == (287, 20)
    assert all("Subject_13_" in one.source and "spreadsheet" in one.reason for one in refused)
    assert all(len(ride.annotations) == 1 and ride.primary.name == "phone" for ride in rides)
    lacking = [ride for ride in rides if any(remark.startswith("missing streams") for remark in ride.odd)]
    assert sorted(len(ride.streams) for ride in lacking) == [10, 10, 10]


def test_umafall_in_a_library(real_recordings: RealSet, tmp_path: Path) -> None:
    folder = real_recordings("umafall")
    files = [*folder.glob("*_Subject_13_*"), *folder.glob("*_05_Fall_*")]
    report = import_recordings(files, tmp_path / "umafall.h5", as_="umafall")
    assert len(report.refused) == 20
    with Library.open(report.path) as library:
        assert len(library.ids) == len(files) - 20
        assert not any(ride.startswith("S13") for ride in library.ids)
        ride = library.ride(library.number_of("S05_Fall_lateralFall_1_2016-06-15_21-28-09")).recording()
    rates = {stream.name: stream.rate_hz for stream in ride.streams}
    assert len(rates) == 13
    assert rates.pop("phone") == 200
    assert set(rates.values()) == {20}
    (path,) = folder.glob("*_05_Fall_lateralFall_1_*.csv")
    rows = [row.split(";") for row in path.read_text().splitlines() if row[:1].isdecimal()]
    phone = np.array([row for row in rows if row[5:] == ["0", "0"]], float)
    np.testing.assert_allclose(ride.primary.samples, phone[:, 2:5] * 9.80665, rtol=1e-6)
    np.testing.assert_array_equal(ride.primary.time_s, phone[:, 0] / 1000)
    wrist = next(stream for stream in ride.streams if stream.name == "wrist_gyro")
    turned = np.array([row for row in rows if row[5:] == ["1", "3"]], float)
    np.testing.assert_allclose(wrist.samples, np.deg2rad(turned[:, 2:5]), rtol=1e-6)
    assert (ride.metadata["age"], ride.metadata["kind"]) == (24, "fall")
    assert ride.annotations[0].label == "lateralFall"
