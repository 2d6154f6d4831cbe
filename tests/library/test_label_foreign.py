"""Label files as other tools write them, and rows that are wrong: named in their place, the rest is taken."""

import contextlib
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.domain.errors import InputError
from projector.library.labels import FORMATS, format_of
from projector.library.labels.nouns import Format
from tests.library.label_sheets import START, a_ride, back, refused

EXAMPLES: list[tuple[str, str, list[tuple[float, float, str]]]] = [
    ("audacity", "1.000000\t2.500000\tfall\n4.000000\t4.000000\tbump\n", [(1, 2.5, "fall"), (4, 4, "bump")]),
    ("audacity", "1,000000\t2,500000\tfall left\r\n", [(1, 2.5, "fall left")]),
    (
        "mne",
        "onset,duration,description\n2026-05-03 12:30:01.250000,1.5,BAD_fall\n"
        "2026-05-03 12:30:05.250000+00:00,0.0,bump\n",
        [(1, 2.5, "BAD_fall"), (5, 5, "bump")],
    ),
    (
        "mne",
        "# MNE-Annotations\n# orig_time : 2026-05-03 12:30:00.250000\n# onset, duration, description\n"
        "1.0,1.5,fall, left\n",
        [(1, 2.5, "fall, left")],
    ),
    (
        "mne-txt",
        "# MNE-Annotations\n# onset, duration, description, ch_names\n1.0, 1.5, fall, ax:ay\n",
        [(1, 2.5, "fall")],
    ),
    ("ephyviewer", "time,duration,label\n1.0,1.5,fall\n4.0,0.0,bump\n", [(1, 2.5, "fall"), (4, 4, "bump")]),
    ("ephyviewer", "label,time,duration\nfall,1.0,1.5\n", [(1, 2.5, "fall")]),
    (
        "mhealth",
        "HEADER_TIME_STAMP,START_TIME,STOP_TIME,LABEL_NAME\n"
        "2026-05-03 14:30:01.250,2026-05-03 14:30:01.250,2026-05-03 14:30:02.750,fall\n",
        [(1, 2.5, "fall")],
    ),
    (
        "trainset",
        "series,timestamp,value,label\n"
        "ax,2026-05-03T12:30:00.250Z,0.1,\nax,2026-05-03T12:30:01.250Z,0.4,fall\n"
        "ax,2026-05-03T12:30:02.250Z,0.2,fall\nax,2026-05-03T12:30:03.250Z,0.2,\n"
        "ay,2026-05-03T14:30:01.250+0200,0.4,bump\nay,2026-05-03T14:30:02.250+0200,0.4,bump\n",
        [(1, 3, "fall"), (1, 3, "bump")],
    ),
    ("elan", "phone\t\t00:00:01.000\t00:00:02.500\t00:00:01.500\tfall\n", [(1, 2.5, "fall")]),
    ("elan", '"#file:///x.eaf"\n"#file:///x.wav"\n\nphone\t1.0\t2.5\t1.5\tfall\n', [(1, 2.5, "fall")]),
    ("elan", "Tier\tBegin Time - msec\tEnd Time - msec\tDuration\tphone\nphone\t1000\t2500\t1500\tfall\n",
     [(1, 2.5, "fall")]),
    ("elan", "Begin Time - ss.msec\tEnd Time - ss.msec\tphone\n0.0\t5.0\tcalm\n1.0\t2.5\tfall\n",
     [(0, 5, "calm"), (1, 2.5, "fall")]),  # neither tier nor duration were asked for
    ("elan", "phone\t\t00:00:01.000\t1.0\t00:00:02.500\t2.5\t00:00:01.500\t1.5\tfall\n"
     "0.0\t0\t5.0\t5000\t5.0\t5000\tcalm\n3\t\t1,0\t2,5\tfall\n",
     [(1, 2.5, "fall"), (0, 5, "calm"), (1, 2.5, "fall")]),
    ("audacity", "1.5\tbump\n", [(1.5, 1.5, "bump")]),  # as before Audacity 1.3
    ("trainset", "series,timestamp,value,label\nax,2026-05-03T12:30:00.250Z,0.1,0\n"
     "ax,2026-05-03T12:30:01.250Z,0.4,1\nax,2026-05-03T12:30:02.250Z,0.4,0\n", [(1, 2, "1")]),
    ("mad-gui", ",start,end,description\n0,50,125,fall\n", [(1, 2.5, "fall")]),
    ("csv", "start_s;label\n1,5;bump\n", [(1.5, 1.5, "bump")]),
    (
        "sensiml",
        json.dumps(
            [
                {
                    "file_name": "ride=1.csv",
                    "metadata": [{"name": "Subject", "value": "Chris"}],
                    "sessions": [
                        {
                            "session_name": "My Training Session",
                            "segments": [{"name": "Label", "value": "fall", "start": 50, "end": 124}],
                        }
                    ],
                }
            ]
        ),
        [(1, 2.5, "fall")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "want"), EXAMPLES)
def test_files_of_other_tools_are_read(name: str, text: str, want: list[tuple[float, float, str]]) -> None:
    found = back(format_of(name), text, a_ride())
    assert [one.label for one in found] == [label for _, _, label in want]
    edges = [(one.start_s, one.stop_s) for one in found]
    assert np.array(edges) == pytest.approx(np.array([one[:2] for one in want]), abs=1e-6)


def studio(value: dict[str, object], **result: object) -> str:
    """A task as Label Studio exports it."""
    return json.dumps(
        [
            {
                "id": 7,
                "data": {"csv": "/data/upload/1/0a1b2c3d-ride=1.csv?d=1"},
                "annotations": [
                    {
                        "id": 1,
                        "completed_by": {"id": 4, "email": "anna@example.org"},
                        "was_cancelled": False,
                        "created_at": "2026-11-21T10:00:00.000000Z",
                        "result": [
                            {
                                "value": value,
                                "id": "wgT1",
                                "from_name": "label",
                                "to_name": "ts",
                                "type": "timeserieslabels",
                                "origin": "manual",
                            }
                            | result
                        ],
                    }
                ],
                "predictions": [],
            }
        ]
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (1, 2.5),
        ("2026-05-03 14:30:01.250", "2026-05-03 14:30:02.750"),
        ("2026-05-03T12:30:01.250Z", "2026-05-03T12:30:02.750Z"),
        (START.timestamp() + 1, START.timestamp() + 2.5),
        (round(START.timestamp() * 1000) + 1000, round(START.timestamp() * 1000) + 2500),
    ],
)
def test_label_studio_times_are_those_of_the_time_column(start: object, end: object) -> None:
    value = {"start": start, "end": end, "instant": False, "timeserieslabels": ["fall"]}
    one = back(format_of("label-studio"), studio(value), a_ride())[0]
    assert (one.start_s, one.stop_s) == pytest.approx((1, 2.5), abs=1e-3)
    assert (one.label, one.author) == ("fall", "anna@example.org")


def test_label_studio_short_export_and_points() -> None:
    label = {"start": 2, "end": 3, "instant": True, "timeserieslabels": ["bump", "fall"]}
    text = json.dumps([{"id": 1, "csv": "ride=1.csv", "annotator": 3, "label": [label]}])
    found = back(format_of("label-studio"), text, a_ride())
    assert [(one.start_s, one.stop_s, one.label) for one in found] == [(2, 2, "bump"), (2, 2, "fall")]


# --- what is wrong is told in its place ---------------------------------------------------------------------

RESULT = "task 1, annotation 1, result 1"
WRONG: list[tuple[str, str, str, str]] = [
    ("audacity", "1\t2\ta\n5\t3\tfall\n", "line 2", "ends before it begins"),
    ("audacity", "1\t2\ta\n\n1\t99\tfall\n", "line 3", "the ride ends at 30"),
    ("audacity", "-9\t2\tfall\n", "line 1", "before the ride"),
    ("audacity", "1 2 fall\n", "line 1", "tab"),
    ("audacity", "1\tx\tfall\n", "line 1", "'x' is no number"),
    ("audacity", "nan\t2\tfall\n", "line 1", "no interval"),
    ("audacity", "1\t2\t\n", "line 1", "no label"),
    ("audacity", "1\t2\tfall\n\\\t100\t200\n", "line 2", "frequencies"),
    ("audacity", "1\t2\tf\udce4ll\n", "line 1", "not UTF-8"),
    ("audacity", f"1\t2\t{'x' * 300}\n", "line 1", "too long"),
    ("mne", "onset,duration,description\n1970-01-01 00:00:01.0,1,fall\n", "line 2", "never set"),
    ("mne", "onset,duration,description\n2026-05-03 12:30:01,-1,fall\n", "line 2", "ends before"),
    ("mne", "onset,duration,description\n2026-05-03 12:30:01,1e300,fall\n", "line 2", "no date"),
    ("mne-txt", "# onset, duration, description\n1.0,2.0\n", "line 2", "not all there"),
    ("mne", "onset,duration,description\nsoon,1,fall\n", "line 2", "no date and time"),
    ("ephyviewer", 'time,duration,label\n1,1,"two\nlines"\n2,1,a,b\n', "line 4", "4 fields under 3"),
    ("trainset", "series,timestamp,value,label\nax,2026-05-03T12:30:01Z,1,a\nax,soon,1,a\n", "line 3",
     "no date"),
    ("mhealth", "start_time,stop_time,label_name\n2026-05-03 9:00,x,fall\n", "line 2", "no date"),
    ("mad-gui", "start,end,description\n5,9999,fall\n", "line 2", "no sample 9,999"),
    ("mad-gui", "start,end,description\n5.5,9,fall\n", "line 2", "no whole number"),
    ("elan", "phone\t1.0\t2.5\t9.0\tfall\n", "line 1", "isn't 9 s"),
    ("elan", "phone\t00:00:01:12\t00:00:02:12\tfall\n", "line 1", "time of day or seconds"),
    ("sensiml", '[{"file_name": "a", "sessions": [{}]}]', "file 1, session 1, segment", "no list"),
    ("sensiml", '[{"file_name": "ride=1", "sessions": [{"segments": [{"start": 1, "end": 5}]}]}]',
     "file 1, session 1, segment 1", "'value'"),
    ("label-studio", studio({"choices": ["x"]}, type="choices"), RESULT, "'choices'"),
    ("label-studio", studio({"start": True, "end": 2, "timeserieslabels": ["a"]}), RESULT, "no time"),
    ("label-studio", '[{"annotations": [{"was_cancelled": true}]}]', "task 1, annotation 1", "skipped"),
    ("label-studio", '[3, {"id": 1}]', "task 1", "no JSON object"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "place", "reason"), WRONG)
def test_a_wrong_row_is_named_and_the_others_are_offered(
    name: str, text: str, place: str, reason: str
) -> None:
    form, ride = format_of(name), a_ride()
    found = refused(form, text, ride)
    assert place in [where for where, _ in found]
    assert any(reason in why for where, why in found if where == place), found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("csv", "a,b\n1,2\n"),
        ("mne", "time,duration,label\n1,2,x\n"),
        ("ephyviewer", ""),
        ("trainset", "series;stamp\n"),
        ("label-studio", "not json"),
        ("label-studio", '{"start": NaN}'),
        ("label-studio", "[" * 100_000),
        ("sensiml", "{"),
        ("csv", 'start_s,label\n1,"never closed\n'),
    ],
)
def test_a_file_of_another_kind_is_an_error(name: str, text: str) -> None:
    with pytest.raises(InputError):
        list(format_of(name).read(text))


@pytest.mark.parametrize("form", FORMATS, ids=lambda one: one.name)
@given(text=st.one_of(st.text(max_size=80), st.sampled_from([text for _, text, *_ in (*EXAMPLES, *WRONG)])))
def test_whatever_is_in_a_file_only_our_error_comes_out(form: Format, text: str) -> None:
    with contextlib.suppress(InputError):
        refused(form, text, a_ride())


def test_a_ride_without_a_date_takes_seconds_but_no_dates() -> None:
    ride = a_ride(start=None)
    assert refused(format_of("mne"), "onset,duration,description\n2026-05-03 12:30:01,1,fall\n", ride) == [
        ("line 2", "it tells dates, but it is not known when this ride was")
    ]
    assert len(back(format_of("mne"), "onset,duration,description\n1.0,1,fall\n", ride)) == 1
    assert not a_ride(datetime(1970, 1, 1, tzinfo=UTC)).dated
