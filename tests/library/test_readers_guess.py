"""Tables that nobody described: what is recognised, what is told about it, what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.domain.nouns import Recording
from projector.library.readers import Refused, read_sources
from projector.library.readers.guess import read_unknown
from projector.library.readers.names import Name

G = 9.80665
A_RIDE = np.array([[0.1, 0.2, 9.7], [0.3, -0.1, 9.9], [0.2, 0.0, 9.8], [0.1, 0.1, 9.6]])


def written(folder: Path, header: str, times: list[object], scale: float = 1.0, more: str = "") -> Path:
    rows = [
        ",".join([str(time), *(repr(float(x * scale)) for x in row)]) + more
        for time, row in zip(times, A_RIDE, strict=True)
    ]
    path = folder / "ride.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def test_the_plain_case(tmp_path: Path) -> None:
    path = written(
        tmp_path, "time_s,ax [m/s²],ay [m/s²],az [m/s²],rider", [0.0, 0.02, 0.04, 0.06], more=",Ana"
    )
    ride = read_unknown(path, "ride")
    np.testing.assert_array_equal(ride.primary.samples, A_RIDE.astype(np.float32))
    np.testing.assert_array_equal(ride.primary.time_s, [0.0, 0.02, 0.04, 0.06])
    assert ride.metadata == {"rider": "Ana"}
    assert ride.odd == ()
    assert ride.start is None


@pytest.mark.parametrize(
    ("names", "unit", "scale"),
    [
        ("acc_x,acc_y,acc_z", "m/s²", 1.0),
        ("accX (g),accY (g),accZ (g)", "g", 1 / G),
        ("X,Y,Z", "g", 1 / G),
        ("x-axis [mg],y-axis [mg],z-axis [mg]", "mg", 1000 / G),
        ("Accelerometer_X,Accelerometer_Y,Accelerometer_Z", "mg", 1000 / G),
        ("ax_g,ay_g,az_g", "g", 1 / G),
        ("AX_m_s2,AY_m_s2,AZ_m_s2", "m/s²", 1.0),
    ],
)
def test_units_come_from_names_or_from_gravity(tmp_path: Path, names: str, unit: str, scale: float) -> None:
    ride = read_unknown(written(tmp_path, f"time_ms,{names}", [0, 20, 40, 60], scale), "ride")
    assert ride.primary.units == ("m/s²",) * 3
    np.testing.assert_allclose(ride.primary.samples, A_RIDE, rtol=1e-6)
    guessed = any(f"taken as {unit} by their size" in remark for remark in ride.odd)
    assert guessed == ("[" not in names and "(" not in names and "_g" not in names and "_s2" not in names)
    assert unit == "m/s²" or f"from {unit}" in ride.source


EPOCH_S = 1_700_000_000


@pytest.mark.parametrize(
    ("header", "times"),
    [
        ("t", [0, 0.02, 0.04, 0.06]),
        ("time", [5, 25, 45, 65]),
        ("timestamp", [100, 20_100, 40_100, 60_100]),
        ("ts", [10**9, 10**9 + 20_000_000, 10**9 + 40_000_000, 10**9 + 60_000_000]),
        ("Timestamp [ms]", [5, 25, 45, 65]),
        ("uptimeNanos", [0, 20_000_000, 40_000_000, 60_000_000]),
        ("epoch", [EPOCH_S + k * 0.02 for k in range(4)]),
        ("time", [EPOCH_S * 1000 + k * 20 for k in range(4)]),
        ("time", [EPOCH_S * 10**9 + k * 20_000_000 for k in range(4)]),
        ("time", [f"2023-11-14T22:13:20.{k * 20:03d}Z" for k in range(4)]),
        ("datetime", [f"2023-11-14 22:13:20.{k * 20:03d}" for k in range(4)]),
    ],
)
def test_clocks_of_every_unit(tmp_path: Path, header: str, times: list[object]) -> None:
    ride = read_unknown(written(tmp_path, f"{header},ax_g,ay_g,az_g", times, 1 / G), "ride")
    assert ride.primary.time_s is not None
    np.testing.assert_allclose(ride.primary.time_s, [0, 0.02, 0.04, 0.06], atol=2e-7)
    if "2023" in str(times[0]) or str(times[0]).startswith("17"):
        start = datetime.fromtimestamp(EPOCH_S, UTC)
        assert ride.start == (start.replace(tzinfo=None) if header == "datetime" else start)


def test_acceleration_without_gravity_is_not_mistaken_for_g(tmp_path: Path) -> None:
    """Its median size is often near 1 m/s², which says nothing of its unit."""
    sizes = np.random.default_rng(3).rayleigh(0.8, 500)
    rows = "".join(f"{k / 50},{size},0,0\n" for k, size in enumerate(sizes))
    (tmp_path / "linear.csv").write_text("time_s,x,y,z\n" + rows)
    with pytest.raises(InputError, match="unit of the acceleration cannot be told"):
        read_unknown(tmp_path / "linear.csv", "linear")


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    times = [f"2024-05-01,12:00:00.{k * 20:03d}" for k in range(4)]
    ride = read_unknown(written(tmp_path, "date,time,ax_g,ay_g,az_g", list(times), 1 / G), "ride")
    assert ride.primary.time_s is not None
    np.testing.assert_allclose(ride.primary.time_s, [0, 0.02, 0.04, 0.06], atol=1e-9)
    assert ride.start == datetime(2024, 5, 1, 12)


def test_a_label_column_becomes_intervals(tmp_path: Path) -> None:
    path = tmp_path / "ride.csv"
    labels = ["ride", "ride", "", "", "fall", "fall", "ride"]
    rows = [f"{k / 10},0,0,9.8,{label}" for k, label in enumerate(labels)]
    path.write_text("\n".join(["time_s,ax,ay,az,Label", *rows]))
    marks = [(a.start_s, a.stop_s, a.label) for a in read_unknown(path, "ride").annotations]
    assert marks == [(0.0, 0.2, "ride"), (0.4, pytest.approx(0.6), "fall"), (0.6, pytest.approx(0.7), "ride")]


def test_gyro_speed_and_other_numbers_come_along(tmp_path: Path) -> None:
    path = tmp_path / "ride.csv"
    header = "time_ms;ax;ay;az;gyro_x;gyro_y;gyro_z;speed [m/s];oil_temp [°C];sample;constant"
    rows = [f"{k * 100};0;0;9,8;{k};{100 * k};0;{k};{k + 70};{k};5" for k in range(6)]
    path.write_text("\n".join([header, *rows]))
    ride = read_unknown(path, "ride").primary
    channels = dict(zip(ride.channels, ride.units, strict=True))
    assert list(channels) == ["ax", "ay", "az", "gx", "gy", "gz", "speed_kmh", "oil_temp_c"]
    assert (channels["gx"], channels["speed_kmh"], channels["oil_temp_c"]) == ("rad/s", "km/h", "°c")
    np.testing.assert_allclose(ride.samples[:, 4], np.deg2rad(100 * np.arange(6)), rtol=1e-6)
    np.testing.assert_allclose(ride.samples[:, 6], 3.6 * np.arange(6), rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0,1,2,3\n1,2,3,4\n", "no row of column names"),
        ("time_s,foo,bar,baz\n0,1,2,3\n1,2,3,4\n", "cannot|no column can be recognised as ax, ay, az"),
        ("ax,ay,az\n0,0,9.8\n0,0,9.8\n", "recognised as a clock"),
        ("time,ax_g,ay_g,az_g\n0,0,0,1\n7,0,0,1\n3000000000,0,0,1\n", "unit of 'time' cannot be told"),
        ("time_s,ax,ay,az\n0,0,0,50\n1,0,0,50\n", "unit of the acceleration cannot be told"),
    ],
)
def test_what_cannot_be_recognised_is_refused_with_what_to_do(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "ride.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=reason) as error:
        read_unknown(path, "ride")
    assert "import description" in error.value.remedy


@pytest.mark.parametrize(
    ("text", "channel", "unit"),
    [
        ("Acc_X [mg]", "ax", "mg"),
        ("linear_accelerometer_x", "ax", ""),
        ("gyroZ (deg/s)", "gz", "deg/s"),
        ("gx_dps", "gx", "dps"),
        ("mag_y [µT]", "my", "µt"),
        ("y_acc", "ay", ""),
        ("GPS speed [km/h]", "speed_kmh", "km/h"),
        ("index", "", ""),
        ("max", "", ""),
        ("rider", "", ""),
    ],
)
def test_names(text: str, channel: str, unit: str) -> None:
    name = Name.of(0, text)
    assert (name.channel, name.unit) == (channel, unit)


SAMPLES = st.lists(
    st.tuples(*[st.floats(-60, 60, width=32)] * 2, st.floats(6, 16, width=32)), min_size=3, max_size=40
)


@given(samples=SAMPLES, separator=st.sampled_from(";\t|,"), comma=st.booleans(), rate=st.integers(5, 1000))
def test_what_was_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    samples: list[tuple[float, float, float]],
    separator: str,
    comma: bool,
    rate: int,
) -> None:
    comma = comma and separator != ","
    rows = [
        separator.join(f"{x!r}".replace(".", "," if comma else ".") for x in (k / rate, *row))
        for k, row in enumerate(samples)
    ]
    path = tmp_path_factory.mktemp("trip") / "ride.csv"
    path.write_text("\n".join([separator.join(["time_s", "ax [m/s2]", "ay [m/s2]", "az [m/s2]"]), *rows]))
    ride = read_unknown(path, "ride")
    np.testing.assert_array_equal(ride.primary.samples, np.array(samples, np.float32))
    np.testing.assert_array_equal(ride.primary.time_s, np.arange(len(samples)) / rate)


def test_a_folder_of_files_some_bad(tmp_path: Path) -> None:
    for day in ("monday", "tuesday"):
        (tmp_path / day).mkdir()
        written(tmp_path / day, "time_s,ax,ay,az", [0.0, 0.02, 0.04, 0.06])
    (tmp_path / "notes.txt").write_text("nothing to see here\n")
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "unrelated.pdf").write_bytes(b"%PDF")
    found = list(read_sources([tmp_path]))
    assert [one.id for one in found if isinstance(one, Recording)] == ["monday-ride.csv", "tuesday-ride.csv"]
    assert {one.source for one in found if isinstance(one, Refused)} == {"notes.txt", "photo.csv"}
