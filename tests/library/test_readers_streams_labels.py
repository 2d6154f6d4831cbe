"""Streams, clocks, labels and facts of described recordings, each on a small made-up set."""

from pathlib import Path

import numpy as np
import pytest

from projector.domain.nouns import Recording
from projector.library.readers import Refused, read_sources
from projector.library.readers.loading import parse_description

BASE = """
files = "{name}.csv"
[table]
separator = ","
header = true
[clock]
column = "t"
unit = "ms"
[[streams]]
unit = "g"
channels = { ax = "x", ay = "y", az = "z" }
"""
TEN = "t,x,y,z,label\n" + "".join(f"{1000 + 100 * k},0,0,1,{'ab'[k // 5]}\n" for k in range(10))


def bring(folder: Path, description: str, **files: str) -> Recording | Refused:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    (one,) = read_sources([folder], parse_description(description, "made"))
    return one


def ride(folder: Path, description: str, **files: str) -> Recording:
    one = bring(folder, description, **files)
    assert isinstance(one, Recording), one
    return one


def marks(one: Recording) -> list[tuple[float, float, str]]:
    return [(round(a.start_s, 9), round(a.stop_s, 9), a.label) for a in one.annotations]


def test_labels_from_a_column(tmp_path: Path) -> None:
    labels = '[[labels]]\nfrom = "column"\nlabel = "label"\nnames = { b = "fall" }\n'
    one = ride(tmp_path, BASE + labels, r__csv=TEN)
    assert marks(one) == [(0.0, 0.5, "a"), (0.5, 1.0, "fall")]
    one = ride(tmp_path, BASE + labels + 'ignore = ["a"]\n', r__csv=TEN)
    assert marks(one) == [(0.5, 1.0, "fall")]


INTERVALS = """
[[labels]]
from = "intervals"
file = "labels.txt"
label = "what"
start = "from"
stop = "to"
"""


@pytest.mark.parametrize(
    ("more", "row", "expected"),
    [
        ('unit = "s"', "0.25,0.5,fall", [(0.25, 0.5, "fall")]),
        ('unit = "ms"', "250,500,fall", [(0.25, 0.5, "fall")]),
        ('unit = "clock"', "1250,1500,fall", [(0.25, 0.5, "fall")]),
        ('unit = "samples"', "2,5,fall", [(0.2, 0.5, "fall")]),
        ('unit = "samples"\nfirst_sample = 1\ninclusive = true', "3,5,fall", [(0.2, 0.5, "fall")]),
        ('unit = "samples"', "8,10,fall", [(0.8, 1.0, "fall")]),
        ('unit = "s"\ntable = { decimal = "," , separator = ";" }', "0,25;0,5;fall", [(0.25, 0.5, "fall")]),
        ('names_table = { file = "names.txt" }', "0.25,0.5,7", [(0.25, 0.5, "hard braking")]),
    ],
)
def test_labels_from_a_table(tmp_path: Path, more: str, row: str, expected: list[object]) -> None:
    header = "from;to;what" if ";" in row else "from,to,what"
    files = {"r__csv": TEN, "labels__txt": f"{header}\n{row}\n", "names__txt": "7,hard braking\n8,x\n"}
    assert marks(ride(tmp_path, BASE.replace("{name}", "r") + INTERVALS + more, **files)) == expected


def test_points(tmp_path: Path) -> None:
    labels = '[[labels]]\nfrom = "points"\nfile = "p.txt"\nlabel = "what"\nstart = "at"\n'
    one = ride(tmp_path, BASE + labels, r__csv=TEN, p__txt="at,what\n0.3,pothole\n")
    assert marks(one) == [(0.3, 0.3, "pothole")]
    assert one.annotations[0].is_point


def test_only_this_ride_s_labels_and_bad_ones_are_counted(tmp_path: Path) -> None:
    table = "ride,from,to,what\n07,0,0.1,a\n8,0,0.1,b\n7,0.5,0.2,backward\n7,x,1,c\n7,0.3,99,late\n"
    description = BASE.replace("{name}", "{n:digits}") + INTERVALS + 'match = { ride = "{n}" }\n'
    one = ride(tmp_path, description, **{"7__csv": TEN, "labels__txt": table})
    assert marks(one) == [(0.0, 0.1, "a"), (0.3, 99.0, "late")]
    assert [remark.partition(":")[0] for remark in one.odd] == ["bad labels", "labels outside"]
    assert "2 rows of labels.txt" in one.odd[0]


def test_long_form_by_sensor_and_by_axis(tmp_path: Path) -> None:
    description = """
    files = "{name}.csv"
    clock = { column = "t", unit = "s", rate_hz = 10 }
    [[streams]]
    name = "phone"
    rows = { sensor = "acc" }
    unit = "g"
    channels.ax = { column = "value", rows = { axis = "x" } }
    channels.ay = { column = "value", rows = { axis = "y" } }
    channels.az = { column = "value", rows = { axis = "z" } }
    [[streams]]
    name = "heart"
    rows = { sensor = "heart" }
    channels = { bpm = "value" }
    clock = { column = "t", unit = "s", rate_hz = 1 }
    [[streams]]
    name = "gone"
    rows = { sensor = "gone" }
    channels = { gone = "value" }
    optional = true
    """
    rows = [f"{k / 10},acc,{axis},{k}.{i}" for k in range(5) for i, axis in enumerate("xyz")]
    table = "\n".join(["t,sensor,axis,value", "0.05,heart,,61", *rows, "0.45,heart,,62"])
    one = ride(tmp_path, description, r__csv=table)
    np.testing.assert_allclose(one.primary.samples[3] / 9.80665, [3.0, 3.1, 3.2], rtol=1e-6)
    heart = one.streams[1]
    assert heart.samples[:, 0].tolist() == [61, 62]
    assert heart.time_s is not None
    assert heart.time_s.tolist() == [0.05, 0.45]
    assert "missing streams: gone" in one.odd
    refused = bring(tmp_path, description, r__csv=table.replace("0.2,acc,y,2.1\n", ""))
    assert isinstance(refused, Refused)
    assert "different numbers of rows" in refused.reason


def test_files_side_by_side_must_have_the_same_rows(tmp_path: Path) -> None:
    description = """
    files = "acc_{n}.txt"
    clock = { rate_hz = 50 }
    table = { separator = " ", header = false }
    [[streams]]
    file = ["acc_{n}.txt", "gyro_{n}.txt"]
    channels.ax = { column = 1, unit = "g" }
    channels.ay = { column = 2, unit = "g" }
    channels.az = { column = 3, unit = "g" }
    channels.gx = { column = 4, unit = "°/s" }
    """
    one = ride(tmp_path, description, acc_1__txt="0 0 1\n0 0 2\n", gyro_1__txt="180\n90\n")
    np.testing.assert_allclose(one.primary.samples[:, 3], [np.pi, np.pi / 2], rtol=1e-6)
    refused = bring(tmp_path, description, gyro_1__txt="180\n")
    assert isinstance(refused, Refused)
    assert "acc_1.txt 2, gyro_1.txt 1" in refused.reason
    (tmp_path / "gyro_1.txt").unlink()
    refused = bring(tmp_path, description)
    assert isinstance(refused, Refused)
    assert refused.reason == "there is no gyro_1.txt for the stream phone"


def test_facts_from_header_json_and_table(tmp_path: Path) -> None:
    facts = """
    [[facts]]
    from = "header"
    take = { age = "Age", _raw = "Raw" }
    [[facts]]
    from = "json"
    file = "trip.json"
    take = { phone = "device.model", _zero = "t0", when = "start" }
    [[facts]]
    from = "table"
    file = "people.txt"
    table = { separator = "|" }
    match = { Code = "{name}" }
    take = { weight = "Weight" }
    """
    top = """
    start = { text = "{when}", zone = "Europe/Madrid" }
    metadata = { mount = "tank" }
    rename = { mount = { tank = "on the tank" } }
    [table]
    comment = "%"
    """
    description = BASE.replace("[table]", top).replace("[clock]", '[clock]\nzero = "{_zero}"')
    one = ride(
        tmp_path,
        description + facts,
        r1__csv="% Age: 22\n% Raw: 1\n% other\n" + TEN,
        trip__json='{"device": {"model": "XT"}, "t0": 900, "start": "2024-05-01T10:00:00"}',
        people__txt="About\n+---+\n| Code | Weight |\n+---+\n| R0 | 1 |\n| r1 | 58.5 |\n",
    )
    when = "2024-05-01T10:00:00"
    told = {"name": "r1", "age": 22, "phone": "XT", "when": when, "weight": 58.5, "mount": "on the tank"}
    assert dict(one.metadata) == told
    assert one.primary.time_s is not None
    assert one.primary.time_s[0] == pytest.approx(0.1)
    assert one.start is not None
    assert one.start.isoformat() == "2024-05-01T10:00:00+02:00"


def test_rows_without_a_stamp_are_left_out_and_counted(tmp_path: Path) -> None:
    text = "t,x,y,z\n" + "".join(f"{100 * k},{k},0,1\n" for k in range(40))
    one = ride(tmp_path, BASE, r__csv=text.replace("\n500,", "\n,").replace("\n700,", "\nx,"))
    assert len(one.primary.samples) == 38
    assert 5 not in np.round(one.primary.samples[:, 0] / 9.80665)
    assert "bad stamps: 2 of 40 rows of phone have no stamp that can be read: left out" in one.odd


def test_what_is_odd_is_told(tmp_path: Path) -> None:
    times = [100 * k for k in range(60)]
    times[10], times[20:] = times[9], [time + 900 for time in times[20:]]
    times[30] = times[28]
    values = ["4" if 40 <= k < 50 else "1" for k in range(60)]
    values[55] = "inf"
    rows = [f"{time},{value},0,1\n" for time, value in zip(times, values, strict=True)]
    description = BASE.replace('unit = "ms"', 'unit = "ms"\nrate_hz = 12')
    one = ride(tmp_path, description, r__csv="t,x,y,z\n" + "".join(rows))
    odd = dict(remark.split(": ", 1) for remark in one.odd)
    assert odd["gaps"].startswith("1 in phone, the longest 1")
    assert odd["doubled stamps"] == "1 in phone"
    assert odd["backward stamps"] == "1 in phone"
    assert odd["rate"].endswith("declared are 12 Hz")
    assert odd["clipping"] == "phone ax 10 at ±4 g"
    assert "first 'inf' in row 56" in odd["bad cells"]
    assert odd["empty cells"] == "1 rows of phone lack a value"


def test_a_spreadsheet_s_damage_is_refused_by_name(tmp_path: Path) -> None:
    text = "t,x,y,z\n" + "".join(f"{100 * k},{'1.012.598.156' if k % 3 else '0.5'},0,1\n" for k in range(30))
    refused = bring(tmp_path, BASE, r__csv=text)
    assert isinstance(refused, Refused)
    assert "20 of 30 rows" in refused.reason
    assert "'1.012.598.156' in row 2: a spreadsheet" in refused.reason
