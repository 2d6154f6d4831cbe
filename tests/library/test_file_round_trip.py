"""What goes into a library comes out of it, bit for bit, by the table alone where that is enough."""

import dataclasses
import math
from datetime import datetime, timedelta, timezone

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from projector.annotations.layers import Anchor
from projector.domain.columns import Category
from projector.domain.errors import LibraryError
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.library import Library
from projector.library.writer import write_library
from projector.processing.overview import Pyramid
from tests.library.made_rides import METRES, assert_same, primary, ride, rides

letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="@/")
names = st.text(letters, min_size=1, max_size=12).filter(lambda name: name != ".")
floats32 = st.floats(width=32, allow_nan=True, allow_infinity=True)
zones = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
starts = st.none() | st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1), timezones=zones)
marks = st.tuples(st.floats(-100, 1e5), st.floats(0, 100), names, names, st.text(max_size=5)).map(
    lambda m: Annotation(m[0], m[0] + m[1], m[2], author=m[3], comment=m[4])
)
cells = names | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def streams(draw, name, channels):
    n = draw(st.integers(1, 30))
    samples = draw(hnp.arrays(np.float32, (n, len(channels)), elements=floats32))
    stamps = draw(st.none() | hnp.arrays(np.float64, n, elements=st.floats(-1e6, 1e9)))
    rate = draw(st.floats(0.1, 1e4) if stamps is None else st.none() | st.floats(0.1, 1e4))
    return Stream(name, channels, ("m/s²",) * len(channels), samples, rate, stamps, draw(st.floats(-10, 10)))


@st.composite
def recordings(draw, ride_id):
    first = draw(names)
    other = draw(names.filter(lambda name: name != first))
    parts = [draw(streams(first, draw(st.permutations([*AXES, "temperature"]).map(tuple))))]
    if draw(st.booleans()):
        parts.append(draw(streams(other, ("gx", "é"))))
    return Recording(
        ride_id,
        tuple(parts),
        tuple(draw(st.lists(marks, max_size=4))),
        draw(st.dictionaries(st.text(max_size=6), cells, max_size=4)),
        draw(starts),
        draw(st.text(max_size=10)),
        tuple(draw(st.lists(st.text(max_size=8), max_size=2))),
    )


@given(st.data(), st.lists(names, min_size=1, max_size=4, unique=True))
@settings(max_examples=settings().max_examples // 5)  # each writes and reads a file
def test_any_recordings_come_back_as_they_were(tmp_path_factory, data, ids):
    path = tmp_path_factory.mktemp("round") / "rides.h5"
    put = [data.draw(recordings(ride_id)) for ride_id in ids]
    report = write_library(path, put)
    assert report.ids == tuple(ids)
    with Library.open(path) as library:
        assert library.ids == tuple(ids)
        assert library.content_hash == report.content_hash
        for number, want in zip(library.numbers.tolist(), put, strict=True):
            assert_same(library.ride(number).recording(), want)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "rides.h5"
    write_library(path, rides(5))
    with Library.open(path) as library:
        yield library


def test_the_table_alone_answers_what_rides_there_are(opened):
    assert opened.numbers.tolist() == [1, 2, 3, 4, 5]
    assert opened.number_of("ride_3") == 4
    assert opened.id_of(4) == "ride_3"
    assert opened.row_of(4) == 3
    assert opened.metadata_names == ("rider", "speed_kmh")
    columns = opened.columns
    assert list(columns) == ["ride", "start", "rate_hz", "seconds", "samples", "rider", "speed_kmh"]
    assert [columns["ride"].text(i) for i in range(5)] == list(opened.ids)
    assert columns["start"].text(0) == "2026-05-03T12:30:00Z"
    assert columns["rate_hz"].tolist() == [100.0] * 5
    assert columns["seconds"].tolist() == [2.0] * 5
    assert columns["samples"].tolist() == [200.0] * 5
    assert columns["speed_kmh"].tolist() == [30.5, 31.5, 32.5, 33.5, 34.5]


def test_anchors_are_what_describing_each_ride_would_give(opened):
    rows = [opened.describe(number) for number in opened.numbers.tolist()]
    assert opened.anchors == {row.id: Anchor(row.number, row.signal_hash.hex()) for row in rows}


def test_the_imported_annotations_are_one_noun_in_order_of_ride_and_start(opened):
    found = opened.annotations
    assert len(found) == 10
    assert found.ride_number.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert [found.label_names[c] for c in found.label[:2]] == ["fall", "bump"]
    assert found.author[:2] == ("import", "ana")
    assert found.comment[:2] == ("left side", "")
    assert found.of_ride(3) == slice(4, 6)


@pytest.mark.parametrize("ask", [lambda lib: lib.number_of("nobody"), lambda lib: lib.ride(6)])
def test_a_ride_that_is_not_there_is_an_error_with_a_name(opened, ask):
    with pytest.raises(LibraryError, match="there is no ride"):
        ask(opened)


def test_samples_times_and_clock_of_a_stream(opened):
    found, want = opened.ride(2), ride("ride_1", seed=1)
    np.testing.assert_array_equal(found.primary.samples(10, 20), want.primary.samples[10:20])
    np.testing.assert_array_equal(found.primary.times(10, 20), np.arange(10, 20) / 100)
    assert found.primary.stop_s == 2.0
    gyro = found.streams["gyro"]
    np.testing.assert_array_equal(gyro.times(0, 5), want.streams[1].time_s[:5])
    assert gyro.clock().true_hz == pytest.approx(50, rel=0.1)
    assert gyro.pyramid().channels == ("gx", "gy", "gz")


@pytest.mark.parametrize("stamped", [False, True])
def test_the_overview_on_disk_shows_what_one_in_memory_shows(tmp_path, stamped):
    n = 500_000  # more than stays in memory
    times = np.cumsum(np.random.default_rng(1).uniform(0.004, 0.006, n)) if stamped else None
    if times is not None:
        times[200_000:] += 100
    stream = primary(n, rate_hz=200.0, time_s=times)
    write_library(tmp_path / "long.h5", [Recording("long", (stream,))])
    memory = Pyramid.of_stream(stream)
    with Library.open(tmp_path / "long.h5") as library:
        disk = library.ride(1).primary.pyramid()
        assert len(disk.levels) == len(memory.levels) == 3
        for start, stop in [(0, 3000), (100, 900), (500, 540), (500, 502)]:
            for got, want in zip(
                dataclasses.astuple(disk.slice(start, stop, 300)),
                dataclasses.astuple(memory.slice(start, stop, 300)),
                strict=True,
            ):
                np.testing.assert_array_equal(got, want)


def test_a_metadata_name_may_hold_numbers_and_text_and_each_ride_keeps_its_kind(tmp_path):
    cells = {"a": {"phone": 5.0}, "b": {"phone": "Pixel"}, "c": {}, "d": {"phone": math.nan, "ride": "x"}}
    write_library(tmp_path / "mixed.h5", [Recording(k, (primary(),), (), cell) for k, cell in cells.items()])
    with Library.open(tmp_path / "mixed.h5") as library:
        found = [dict(library.ride(n).metadata) for n in library.numbers.tolist()]
        assert found == [{"phone": 5.0}, {"phone": "Pixel"}, {}, {"ride": "x"}]
        phones = library.columns["phone"]
        assert isinstance(phones, Category)
        assert [phones.text(i) for i in range(4)] == ["5", "Pixel", "", ""]
        assert library.columns["ride (metadata)"].text(3) == "x"


def test_hashes_tell_signals_records_and_libraries_apart(tmp_path):
    def written(name, *recordings):
        write_library(tmp_path / name, recordings)
        with Library.open(tmp_path / name) as library:
            return library.content_hash, library.describe(1)

    plain = ride("a")
    content, row = written("1.h5", plain)
    assert written("2.h5", plain) == (content, row)

    told, renamed = written("3.h5", dataclasses.replace(plain, metadata={"rider": "else"}))
    assert told != content
    assert (renamed.signal_hash, renamed.record_hash != row.record_hash) == (row.signal_hash, True)

    stream = plain.primary
    for change in (
        {"samples": stream.samples + 1},
        {"units": ("g", "g", "g")},
        {"rate_hz": 99.0},
        {"start_s": 0.25},
        {"channels": ("ay", "ax", "az")},
    ):
        other = dataclasses.replace(plain, streams=(dataclasses.replace(stream, **change), plain.streams[1]))
        assert written(f"{sorted(change)}.h5", other)[1].signal_hash != row.signal_hash, change


def test_the_same_rides_make_the_same_bytes(tmp_path):
    for name in ("1.h5", "2.h5"):
        write_library(tmp_path / name, rides(3))
    assert (tmp_path / "1.h5").read_bytes() == (tmp_path / "2.h5").read_bytes()


def test_other_tools_find_samples_where_the_design_says(tmp_path):
    write_library(tmp_path / "rides.h5", rides(1))
    with h5py.File(tmp_path / "rides.h5") as file:
        samples = file["rides/ride_0/streams/phone/samples"]
        np.testing.assert_array_equal(samples[()], primary().samples)
        assert samples.fletcher32
        assert b'"channels":["ax","ay","az"]' in samples.attrs["about"]
        assert file["rides/ride_0/streams/gyro/time_s"].dtype == np.float64
        assert file["table/number"][()].tolist() == [1]


def test_a_ride_read_again_is_the_same_object_until_others_took_its_place(opened):
    assert opened.ride(1) is opened.ride(1)


def test_naive_starts_stay_naive(tmp_path):
    start = datetime(2026, 1, 1, 8, 0, 0, 125000)
    write_library(tmp_path / "rides.h5", [Recording("a", (primary(),), start=start)])
    with Library.open(tmp_path / "rides.h5") as library:
        assert library.ride(1).start == start
        assert library.columns["start"].text(0) == "2026-01-01T08:00:00.125000"
        assert library.describe(1).streams[0].units == METRES


def test_samples_of_a_closed_library_are_an_error_that_says_so(tmp_path):
    write_library(tmp_path / "long.h5", [Recording("long", (primary(500_000),))])
    with Library.open(tmp_path / "long.h5") as library:
        stream = library.ride(1).primary
    with pytest.raises(LibraryError, match="has been closed"):
        stream.samples(0, 10)
