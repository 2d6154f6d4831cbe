"""From rides to a table: the same bits however the work is divided, gaps, ids, progress and cancelling."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.ids import first_samples, ride_numbers
from projector.domain.nouns import Recording, Stream, WindowRule
from projector.domain.progress import Cancelled
from projector.features.block import block_width, extract_block, features_of, tile_width
from projector.features.compiled import Kernel
from projector.features.extraction import Extractor, RecordingRide, extract, plan
from projector.features.registry import FEATURE_NAMES
from projector.features.tile import Cut
from tests.features.made_windows import KINDS, made

RULE, RATE = WindowRule(2.0, 1.0), 50.0
UNITS = ("m/s²", "m/s²", "m/s²")
AXES = ("ax", "ay", "az")


def windows_of_all_kinds(n: int) -> np.ndarray:
    return np.stack([made(KINDS[i % len(KINDS)], 40, RATE, i) for i in range(n)])


def ride(number: int, seconds: float, *streams: Stream, **changed: object) -> RecordingRide:
    samples = np.random.default_rng(number).normal(0, 1, (round(seconds * RATE), 3)).astype(np.float32)
    primary = replace(Stream("phone", AXES, UNITS, samples + np.float32([0, 0, 9.81]), RATE), **changed)
    return RecordingRide(number, Recording(f"ride{number}", (primary, *streams)))


WINDOWS = windows_of_all_kinds(700)
VALUES = extract_block(WINDOWS, RATE)


@given(st.lists(st.integers(0, len(WINDOWS)), max_size=6), st.booleans())
@settings(max_examples=25)
def test_a_windows_bits_never_depend_on_the_windows_beside_it(places: list[int], in_cuts: bool) -> None:
    edges = [0, *sorted(places), len(WINDOWS)]
    pieces = [WINDOWS[a:b] for a, b in pairwise(edges) if b > a]
    cuts = [Cut(piece.reshape(-1, 3), np.arange(len(piece)) * 40) for piece in pieces]
    found = (
        features_of(cuts, 40, RATE) if in_cuts else np.concatenate([extract_block(p, RATE) for p in pieces])
    )
    assert found.tobytes() == VALUES.tobytes()


@given(st.permutations(range(60)), st.sampled_from([1, 2, 3]))
@settings(max_examples=15)
def test_nor_on_their_order_or_how_the_samples_lie_in_memory(order: list[int], stride: int) -> None:
    spread = np.zeros((60, 40 * stride, 3), np.float32)
    spread[:, ::stride] = WINDOWS[order]
    assert extract_block(spread[:, ::stride], RATE).tobytes() == VALUES[order].tobytes()


def test_a_block_is_a_whole_number_of_tiles() -> None:
    for samples in (1, 8, 200, 4000, 720_000):
        assert block_width(samples) % tile_width(samples) == 0


def test_rides_give_the_bits_of_single_windows() -> None:
    rides = [ride(7, 61.3), ride(3, 400), ride(5, 1.0), ride(4, 2.0)]
    table = extract(rides, RULE, RATE)
    assert np.all(np.diff(table.windows.ids) > 0)
    assert list(np.unique(ride_numbers(table.windows.ids))) == [3, 4, 7]
    samples = {one.number: one.load_primary().samples for one in rides}
    for row in (0, 1, 399, 400, -1):
        number, first = ride_numbers(table.windows.ids)[row], first_samples(table.windows.ids)[row]
        window = samples[int(number)][first : first + 100]
        assert extract_block(window[None], RATE)[0].tobytes() == table.values[row].tobytes()
        assert table.windows.start_s[row] == pytest.approx(first / RATE)
        assert table.windows.stop_s[row] == pytest.approx((first + 100) / RATE)


@given(st.lists(st.integers(0, 300), max_size=8))
@settings(max_examples=10)
def test_any_division_of_the_windows_gives_the_same_and_reads_a_ride_once_in_a_row(places: list[int]) -> None:
    class Counted(RecordingRide):
        def load_primary(self) -> Stream:
            loaded.append(self.number)
            return super().load_primary()

    speed = Stream("gps", ("speed_kmh",), ("km/h",), np.float32([[10], [np.nan], [30]]), 1.0)
    rides = [ride(1, 150), ride(3, 1.0), ride(4, 60, speed), ride(9, 95)]
    holed = rides[0].load_primary().samples.copy()
    holed[1000:1007] = np.nan
    rides[0] = ride(1, 150, samples=holed)
    whole, loaded = extract(rides, RULE, RATE), list[int]()
    ids, values = whole.windows.ids, np.zeros_like(whole.values)
    extractor = Extractor([Counted(one.number, one.recording) for one in reversed(rides)], RULE, RATE)
    for a, b in pairwise([0, *sorted(place for place in places if place < len(ids)), len(ids)]):
        if a < b:
            gap_share, means = extractor.fill(ids[a], ids[b - 1], values[a:b])
            assert gap_share.tobytes() == whole.windows.gap_share[a:b].tobytes()
            of_gps = (ride_numbers(ids[a:b]) == 4).any()
            assert {name: mean.tobytes() for name, mean in means.items()} == (
                {"speed_kmh": whole.aux["speed_kmh"][a:b].tobytes()} if of_gps else {}
            )
    assert values.tobytes() == whole.values.tobytes()
    assert np.isnan(values).any()
    assert loaded == [1, 4, 9]


def test_ids_stay_whatever_else_is_in_the_library() -> None:
    few, many = plan([ride(3, 60)], RULE, RATE), plan([ride(1, 9), ride(3, 60.7), ride(9, 9)], RULE, RATE)
    assert set(few.ids) <= set(many.ids)


def test_values_go_to_the_array_that_is_given(tmp_path) -> None:
    rides = [ride(1, 30)]
    shape = (len(plan(rides, RULE, RATE)), len(FEATURE_NAMES))
    out = np.lib.format.open_memmap(tmp_path / "values.npy", "w+", np.float32, shape)
    table = extract(rides, RULE, RATE, out=out)
    assert table.values is out
    assert np.array_equal(np.load(tmp_path / "values.npy"), extract(rides, RULE, RATE).values)
    with pytest.raises(InputError, match="don't fit"):
        extract(rides, RULE, RATE, out=out[:-1])


def test_windows_with_more_than_a_twentieth_gap_have_no_features() -> None:
    times = np.arange(3000) / RATE
    kept = np.ones(3000, bool)
    kept[1000:1004] = False  # 4 of 100 samples: bridged
    kept[2000:2007] = False  # 7 of 100: too many
    whole = ride(1, 60)
    samples = whole.load_primary().samples
    holed = ride(1, 60, samples=samples[kept], time_s=times[kept])
    table, wanted = extract([holed], RULE, RATE), extract([whole], RULE, RATE)
    nan = np.isnan(table.values).all(axis=1)
    assert np.array_equal(np.flatnonzero(nan), [39, 40])
    assert np.allclose(table.windows.gap_share[[19, 20, 39, 40]], [0.04, 0.04, 0.07, 0.07])
    touched = np.isin(np.arange(len(nan)), [19, 20, 39, 40])
    assert np.isfinite(table.values[~nan]).all()
    assert np.allclose(table.values[~touched], wanted.values[~touched], rtol=1e-4, atol=1e-4)
    assert not table.windows.gap_share[~touched].any()


def test_a_sample_that_is_not_a_number_is_a_gap_of_one() -> None:
    samples = ride(1, 20).load_primary().samples.copy()
    samples[500, 1] = np.nan
    table = extract([ride(1, 20, samples=samples)], RULE, RATE)
    assert np.isfinite(table.values).all()
    assert table.windows.gap_share.max() == pytest.approx(0.01)


def test_other_channels_become_means() -> None:
    speed = Stream(
        "gps", ("speed_kmh", "gx"), ("km/h", "rad/s"), np.float32([[10, 1], [20, 1], [np.nan, 1]]), 1.0
    )
    barometer = Stream("air", ("speed_kmh",), ("km/h",), np.float32([[5.0]]), 1.0, start_s=3.0)
    table = extract([ride(1, 6, speed, barometer), ride(2, 6)], RULE, RATE)
    assert set(table.aux) == {"speed_kmh", "air__speed_kmh"}
    assert np.array_equal(table.aux["speed_kmh"][:5], [15, 20, np.nan, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(table.aux["air__speed_kmh"][:5], [np.nan, np.nan, 5, 5, np.nan], equal_nan=True)
    assert np.isnan(table.aux["speed_kmh"][5:]).all()


def test_progress_ends_at_all_windows_and_can_cancel() -> None:
    rides = [ride(number, 600) for number in range(4)]
    told: list[tuple[float, float]] = []
    table = extract(rides, RULE, RATE, progress=lambda done, total, what="": told.append((done, total)))
    assert told[0] == (0, len(table.windows))
    assert told[-1] == (len(table.windows), len(table.windows))
    assert told == sorted(told)

    def cancel(done: float, total: float, what: str = "") -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        extract(rides, RULE, RATE, progress=cancel)


def test_a_ride_shorter_than_it_says_is_an_error() -> None:
    class Liar(RecordingRide):
        last_s = 100.0

    liar = Liar(6, ride(6, 50).recording)
    with pytest.raises(InputError, match=r"ends at 49\.98 s, not at 100 s") as caught:
        extract([liar], RULE, RATE)
    assert "6" in caught.value.where


def test_no_rides_and_short_rides_give_an_empty_table() -> None:
    for rides in ([], [ride(1, 1.0)]):
        table = extract(rides, RULE, RATE)
        assert len(table.windows) == 0
        assert table.values.shape == (0, 122)


def test_a_kernel_that_can_be_kept_nowhere_is_compiled_all_the_same(monkeypatch, tmp_path) -> None:
    import numba

    njit, asked = numba.njit, []

    def without_a_place(*signature, cache, **options):
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*signature, **options)

    monkeypatch.setattr(numba, "njit", without_a_place)
    result = np.zeros(3)
    Kernel("void(f8[::1])", add_one, True)(result)
    assert result.tolist() == [1, 1, 1]
    assert asked == [True, False]


def add_one(values):
    for i in range(len(values)):
        values[i] += 1
