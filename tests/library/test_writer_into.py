"""Writing beside, over and into a library that is there."""

import dataclasses
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from projector.domain.errors import InputError, LibraryError
from projector.domain.nouns import AXES, Recording, Stream
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.made_rides import METRES, assert_same, primary, ride, rides


def test_a_file_in_the_way_is_never_overwritten_without_being_asked(tmp_path):
    path = tmp_path / "rides.h5"
    path.write_text("somebody's diary")
    with pytest.raises(LibraryError, match="--replace to write it anew, or --into to add"):
        write_library(path, rides(1))
    assert path.read_text() == "somebody's diary"


def test_replace_writes_anew_and_leaves_the_label_store_alone(tmp_path):
    path, labels = tmp_path / "rides.h5", tmp_path / "rides.labels.db"
    labels.write_text("a year of work")
    write_library(path, rides(3))
    write_library(path, rides(1, first=7), replace=True)
    with Library.open(path) as library:
        assert (library.ids, library.numbers.tolist()) == (("ride_7",), [1])
    assert labels.read_text() == "a year of work"


def test_into_adds_and_old_numbers_and_bytes_stay(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(3))
    with Library.open(path) as library:
        before = {i: library.describe(library.number_of(i)) for i in library.ids}
    report = write_library(path, rides(4, first=2), into=True)
    assert report.ids == ("ride_3", "ride_4", "ride_5")
    assert report.refused == (("ride_2", "the library has a ride with this id already"),)
    assert (report.samples, report.seconds, report.annotations) == (600, 6.0, 6)
    with Library.open(path) as library:
        assert library.ids == tuple(f"ride_{i}" for i in range(6))
        assert library.numbers.tolist() == [1, 2, 3, 4, 5, 6]
        assert {i: library.describe(library.number_of(i)) for i in before} == before
        for i in range(6):
            assert_same(library.ride(i + 1).recording(), ride(f"ride_{i}", seed=i))
        assert library.annotations.ride_number.tolist() == [i // 2 + 1 for i in range(12)]


def test_into_a_library_that_is_not_there_makes_it(tmp_path):
    assert write_library(tmp_path / "rides.h5", rides(2), into=True).ids == ("ride_0", "ride_1")


def test_into_a_file_of_another_kind_is_refused_and_leaves_it(tmp_path):
    path = tmp_path / "rides.h5"
    path.write_text("somebody's diary")
    with pytest.raises(LibraryError, match="not a Projector library"):
        write_library(path, rides(1), into=True)
    assert path.read_text() == "somebody's diary"


def test_new_metadata_columns_do_not_change_old_rides(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, [Recording("a", (primary(),), (), {"phone": 5.0})])
    with Library.open(path) as library:
        before = library.describe(1)
    write_library(path, [Recording("b", (primary(),), (), {"phone": "Pixel", "mount": "tank"})], into=True)
    with Library.open(path) as library:
        assert library.describe(1) == before
        assert library.metadata_names == ("phone", "mount")


FAR_EAST = timezone(timedelta(hours=14))


def bad(ride_id: str, **change: object) -> Recording:
    stream = dataclasses.replace(primary(20), **change)  # type: ignore[arg-type]
    return Recording(ride_id, (stream,))


@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (Recording("x", (Stream("p", AXES, METRES, np.empty((0, 3), np.float32), 50.0),)), "no samples"),
        (bad("x", time_s=np.r_[np.arange(19.0), np.nan]), "a stamp is not a number"),
        (bad("x", start_s=float("inf")), "start or rate is not a number"),
        (bad("x", name="a/b"), "cannot be a name"),
        (bad("x", name="."), "cannot be a name"),
        (bad("."), "cannot be a name"),
        (bad("\ud800"), "not valid text"),
        (Recording("x", (primary(),), metadata={"speed": float("inf")}), "metadata speed"),
        (ride("ride_0"), "a ride with this id already"),
        (Recording("x", (primary(),), start=datetime(1, 1, 1, tzinfo=FAR_EAST)), "outside the calendar"),
    ],
)
def test_one_ride_that_cannot_be_stored_does_not_spoil_the_rest(tmp_path, recording, reason):
    report = write_library(tmp_path / "rides.h5", [ride("ride_0"), recording, ride("ride_1")])
    assert report.ids == ("ride_0", "ride_1")
    ((refused, why),) = report.refused
    assert (refused, reason in why) == (recording.id, True)
    with Library.open(tmp_path / "rides.h5") as library:
        assert library.numbers.tolist() == [1, 2]
        library.ride(2)


def test_nothing_to_write_is_an_error_that_says_why(tmp_path):
    with pytest.raises(InputError, match="there is no ride to write"):
        write_library(tmp_path / "rides.h5", [])
    with pytest.raises(InputError, match=r"x: .*a stamp is not a number"):
        write_library(tmp_path / "rides.h5", [bad("x", time_s=np.full(20, np.nan))])
    assert list(tmp_path.iterdir()) == []


def test_recordings_are_taken_one_at_a_time(tmp_path):
    """Only a generator's latest recording may be alive: imports are larger than memory."""
    import weakref

    alive: list[weakref.ref[Recording]] = []

    def counted():
        for i in range(5):
            made = ride(f"ride_{i}", seed=i)
            alive.append(weakref.ref(made))
            yield made
            del made
            assert sum(ref() is not None for ref in alive) <= 1

    write_library(tmp_path / "rides.h5", counted())


def test_progress_counts_rides_written_and_then_checked(tmp_path):
    calls: list[tuple[float, float, str]] = []
    write_library(
        tmp_path / "rides.h5",
        list(rides(3)),
        progress=lambda done, total, what="": calls.append((done, total, what)),
    )
    assert calls == [
        (1, 3, "writing ride_0"),
        (2, 3, "writing ride_1"),
        (3, 3, "writing ride_2"),
        (1, 3, "checking"),
        (2, 3, "checking"),
        (3, 3, "checking"),
    ]


def test_a_link_to_a_library_stays_a_link(tmp_path):
    real, link = tmp_path / "disk" / "rides.h5", tmp_path / "rides.h5"
    real.parent.mkdir()
    write_library(real, rides(1))
    link.symlink_to(real)
    write_library(link, rides(1, first=5), into=True)
    assert link.is_symlink()
    with Library.open(real) as library:
        assert library.ids == ("ride_0", "ride_5")


def test_adding_to_a_library_with_a_damaged_ride_names_it_and_leaves_the_file(tmp_path):
    path = tmp_path / "rides.h5"
    write_library(path, rides(3))
    data = bytearray(path.read_bytes())
    data[bytes(data).index(primary(seed=1).samples.tobytes()[:64]) + 9] ^= 1
    path.write_bytes(data)
    with pytest.raises(LibraryError, match=r"rides\.h5, ride ride_1: .*bytes have changed"):
        write_library(path, rides(1, first=5), into=True)
    assert path.read_bytes() == data
