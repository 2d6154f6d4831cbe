"""Whole rides: what happened is in the samples, and the labels say so except where the truth knows better."""

from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from projector.cli import run
from projector.cli.simulate import command
from projector.domain.errors import InputError, LibraryError
from projector.library.library import Library
from projector.library.simulator import LABELS, TRUTH_COLUMNS, simulate
from projector.library.simulator.labels import CONFUSED_WITH
from projector.library.simulator.motion import G
from projector.library.simulator.population import PHONES
from projector.library.simulator.ride import Settings, simulated_ride, simulated_rides
from projector.library.simulator.store import truth_path, write_simulated

STILL = 0.6  # m/s², more than any phone's noise at rest


@pytest.fixture(scope="module")
def rides():
    """A dozen and a half rides, all of which end badly, with a drop on each."""
    return list(simulated_rides(18, Settings(minutes=1.5, seed=4, accidents=1, drops=1, gaps=0)))


def times(stream):
    return np.arange(len(stream.samples)) / stream.rate_hz if stream.time_s is None else stream.time_s


def part(ride, start_s, stop_s):
    """Accelerometer samples of a stretch, float64."""
    stream = ride.recording.primary
    first, last = np.searchsorted(times(stream), [start_s, stop_s])
    return stream.samples[first:last].astype(float)


def happenings(rides, kind):
    found = [(ride, row) for ride in rides for row in ride.truth if row.kind == kind]
    assert found, f"no {kind} in any ride"
    return found


def sizes(samples):
    return np.linalg.norm(samples, axis=1)


def angle(before, after):
    cosine = before @ after / np.linalg.norm(before) / np.linalg.norm(after)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def same(one, other):
    assert one.id == other.id
    assert one.annotations == other.annotations
    assert one.metadata == other.metadata
    assert one.start == other.start
    for a, b in zip(one.streams, other.streams, strict=True):
        np.testing.assert_array_equal(a.samples, b.samples)
        np.testing.assert_array_equal(times(a), times(b))


def test_a_ride_is_the_same_however_many_are_made():
    settings = Settings(minutes=1, seed=9)
    few, many = list(simulate(3, settings)), list(simulate(5, settings))
    for one, other in zip(few, many, strict=False):
        same(one, other)
    same(simulated_ride(4, settings).recording, many[4])


def test_another_seed_makes_other_rides():
    one, other = (next(simulate(1, Settings(minutes=1, seed=seed))) for seed in (1, 2))
    assert not np.array_equal(one.primary.samples[:500], other.primary.samples[:500])


def test_labels_cover_a_ride_without_gap_or_overlap(rides):
    for ride in rides:
        assert ride.truth[0].start_s == 0
        assert ride.truth[-1].stop_s == pytest.approx(times(ride.recording.primary)[-1], abs=0.2)
        for before, after in pairwise(ride.truth):
            assert before.stop_s == after.start_s
            assert before.label != after.label
            assert after.label in LABELS


def test_a_dozen_rides_hold_every_label_and_every_accident():
    kinds = {(row.label, row.kind) for ride in simulated_rides(12, Settings(minutes=2)) for row in ride.truth}
    assert {label for label, _ in kinds} == set(LABELS)
    assert {"low-side", "high-side", "crash"} <= {kind for _, kind in kinds}


@pytest.mark.parametrize("share", [0, 1])
def test_shares_of_accidents_and_drops_are_kept(share):
    for ride in simulated_rides(8, Settings(minutes=1.5, accidents=share, drops=share)):
        labels = {row.label for row in ride.truth}
        assert bool(labels & {"fall", "crash"}) == bool(share)
        assert ("phone drop" in labels) == bool(share)


def test_readings_are_steps_of_the_phone_inside_its_range(rides):
    for ride in rides:
        phone = next(phone for phone in PHONES if phone.name == ride.recording.metadata["phone"])
        samples = ride.recording.primary.samples.astype(float)
        assert np.abs(samples).max() <= phone.range_g * G + 1e-4
        steps = samples / phone.step
        np.testing.assert_allclose(steps, np.rint(steps), atol=2e-3)


def test_the_phone_lies_still_and_weighs_g_after_an_accident(rides):
    for ride in rides:
        fall = next(row for row in ride.truth if row.label in ("fall", "crash"))
        rest = part(ride, fall.stop_s + 0.5, fall.stop_s + 5)
        assert sizes(rest).mean() == pytest.approx(G, rel=0.01)
        assert sizes(rest).std() < STILL
        if ride.truth[-1].kind == "lying":  # to the very last sample
            assert np.ptp(part(ride, fall.stop_s + 0.5, np.inf), axis=0).max() < 10 * STILL


def test_a_dropped_phone_falls_free_hits_the_ground_and_lies_still(rides):
    for ride, row in happenings(rides, "drop"):
        stream = ride.recording.primary
        felt = sizes(part(ride, row.start_s, row.stop_s))
        hit = felt.argmax()
        light = felt < 0.25 * G
        ends = np.flatnonzero(np.diff(np.concatenate([[0], light, [0]]).astype(int)))
        fall_s = max(ends[1::2] - ends[::2]) / stream.rate_hz
        assert 0.22 < fall_s < 0.65
        assert felt.max() > 4 * G
        assert ends[0] <= hit + 0.1 * stream.rate_hz
        assert felt[-int(0.4 * stream.rate_hz) :].std() < STILL


def test_a_low_side_tilts_the_phone_by_about_a_right_angle(rides):
    for ride, row in happenings(rides, "low-side"):
        lean = part(ride, row.start_s - 1.2, row.start_s - 0.4).mean(axis=0)
        rest = part(ride, row.stop_s - 0.3, row.stop_s + 1).mean(axis=0)
        assert 35 < angle(lean, rest) < 110


def test_a_high_side_lands_with_six_to_twelve_g(rides):
    for ride, row in happenings(rides, "high-side"):
        felt = sizes(part(ride, row.start_s, row.stop_s))
        assert felt.max() > 4.5 * G
        assert felt.min() < 0.35 * G, "thrown, before that"


def test_a_crash_stops_the_phone_with_ten_g_or_more(rides):
    for ride, row in happenings(rides, "crash"):
        felt = part(ride, row.start_s, row.start_s + 1.0)
        limit = next(p for p in PHONES if p.name == ride.recording.metadata["phone"]).range_g * G
        assert sizes(felt).max() > min(8.5 * G, limit)
        speed = ride.recording.streams[-1].samples[:, 0]
        assert speed[int(row.start_s)] > 15
        assert speed[int(row.stop_s) + 2 :].max() < 1


def test_streams_have_clocks_of_their_own(rides):
    for ride in rides:
        streams = {stream.name: stream for stream in ride.recording.streams}
        assert streams["gps"].channels == ("speed_kmh",)
        if "gyro" in streams and streams["gyro"].time_s is not None:
            one, other = (np.median(np.diff(times(streams[name]))) for name in ("accelerometer", "gyro"))
            assert one != other
            assert other == pytest.approx(one, rel=0.02)
    assert any(len(ride.recording.streams) == 3 for ride in rides)
    plain = next(simulate(1, Settings(minutes=1, gyro=False, gps=False)))
    assert [stream.name for stream in plain.streams] == ["accelerometer"]


def test_a_recording_that_pauses_has_a_gap_in_its_stamps():
    paused = 0
    for recording in simulate(6, Settings(minutes=1, gaps=1)):
        stamps = recording.primary.time_s
        if stamps is not None:
            paused += 1
            assert 1.4 < np.diff(stamps).max() < 8.1
            assert len(stamps) == len(recording.primary.samples)
    assert paused


def test_wrong_labels_are_as_many_as_asked_and_the_truth_knows_each():
    ride_rows = [
        (ride, row, given)
        for ride in simulated_rides(40, Settings(minutes=1, wrong_labels=0.2, gyro=False, gps=False))
        for row, given in zip(ride.truth, ride.recording.annotations, strict=True)
    ]
    wrong = [row for _, row, _ in ride_rows if row.error]
    n = len(ride_rows)
    assert abs(len(wrong) - 0.2 * n) < 4 * np.sqrt(0.2 * 0.8 * n)
    assert {row.error for row in wrong} == {"class", "edges"}
    for ride, row, given in ride_rows:
        assert (given.start_s, given.stop_s, given.label) == (
            row.given_start_s,
            row.given_stop_s,
            row.given_label,
        )
        moved = (row.given_start_s, row.given_stop_s) != (row.start_s, row.stop_s)
        assert moved == (row.error == "edges")
        assert (row.given_label != row.label) == (row.error == "class")
        assert row.error != "class" or row.given_label in CONFUSED_WITH[row.label]
        assert 0 <= given.start_s < given.stop_s <= ride.truth[-1].stop_s
        assert not given.comment


def test_no_wrong_labels_when_none_are_asked_for():
    for ride in simulated_rides(3, Settings(minutes=1, wrong_labels=0)):
        assert not any(row.error for row in ride.truth)


@pytest.mark.parametrize(
    "choice",
    [{"minutes": 0.5}, {"minutes": 1e4}, {"minutes": np.nan}, {"seed": -1}, {"riders": 0}, {"drops": 1.1}],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(choice):
    with pytest.raises(InputError):
        Settings(**choice)


def test_no_rides_are_refused():
    with pytest.raises(InputError):
        list(simulate(0, Settings()))


def test_the_command_writes_a_library_and_the_truth_beside_it(tmp_path):
    path = tmp_path / "made.h5"
    arguments = ["-o", str(path), "--rides", "3", "--minutes", "1", "--seed", "5", "--no-gyro"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert "3 rides" in result.output
    rows = truth_path(path).read_text().splitlines()
    assert rows[0] == ",".join(TRUTH_COLUMNS)
    with Library.open(path) as library:
        assert library.ids == ("ride_0001", "ride_0002", "ride_0003")
        assert len(library.annotations) == len(rows) - 1
        assert {"rider", "motorcycle", "phone", "mount", "road"} <= set(library.metadata_names)
        settings = Settings(minutes=1, seed=5, gyro=False)
        same(library.ride(library.number_of("ride_0002")).recording(), simulated_ride(1, settings).recording)


@pytest.mark.parametrize("there", ["made.h5", "made.truth.csv"])
def test_what_is_there_is_only_replaced_when_asked(tmp_path, there):
    (tmp_path / there).write_text("mine")
    settings = Settings(minutes=1)
    with pytest.raises(LibraryError, match="already"):
        write_simulated(tmp_path / "made.h5", 1, settings)
    assert (tmp_path / there).read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [there]
    write_simulated(tmp_path / "made.h5", 1, settings, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.h5", "made.truth.csv"]


def test_on_the_command_line_it_is_an_error_a_person_can_mend(tmp_path, capsys):
    (tmp_path / "made.h5").write_text("mine")
    assert run(["simulate", "-o", str(tmp_path / "made.h5"), "--minutes", "1"]) == 2
    assert "--replace" in capsys.readouterr().err
    assert run(["simulate", "-o", str(tmp_path / "new.h5"), "--minutes", "0.1"]) == 2
    assert run(["simulate", "-o", str(tmp_path / "no folder" / "new.h5"), "--minutes", "1"]) == 2


def test_a_cancelled_simulation_leaves_nothing(tmp_path):
    def stop(done: float, total: float, what: str = "") -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_simulated(tmp_path / "made.h5", 3, Settings(minutes=1), progress=stop)
    assert list(tmp_path.iterdir()) == []
