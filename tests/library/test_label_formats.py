"""Round trips through every label format: edges, labels, authors and comments come back as far as it can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.domain.nouns import Annotation
from projector.library.labels import FORMATS, format_names, format_of
from projector.library.labels.exporting import guarded
from projector.library.labels.losses import losses
from projector.library.labels.nouns import Format
from projector.library.spreadsheet import guard, unguard
from tests.library.label_sheets import RATE, SECONDS, START, a_ride, back, refused, sheet_of

WRITTEN = [form for form in FORMATS if form.write]
# how far a time may move: half of what the format counts in (mne rounds onset and duration)
RESOLUTION_S = {
    "csv": 0.0,
    "audacity": 0.5e-6,
    "mne": 1.1e-6,
    "mne-txt": 1.1e-6,
    "ephyviewer": 1e-12,
    "mhealth": 0.5001e-3,
    "trainset": 0.5 / RATE + 1e-3,
    "label-studio": 0.0,
    "sensiml": 0.5 / RATE,
}
KEEPS_AUTHOR = {"csv", "label-studio", "sensiml"}
KEEPS_COMMENT = {"csv", "label-studio"}
KEEPS_UNCERTAINTY = {"csv", "label-studio"}


names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
labels = st.one_of(
    names, st.sampled_from(["=1+1", "'-x", "''=y", "@here", "a, b; c", 'say "no"', "über fall"])
)
times = st.floats(0, SECONDS, allow_subnormal=False)
comments = st.one_of(st.just(""), names, st.sampled_from(["two\nlines", "=SUM(A1)", "tab\there"]))
unsure = st.sampled_from([0.0, 0.05, 0.4])
mark = st.builds(
    lambda a, b, label, author, comment, *pm: Annotation(
        min(a, b), max(a, b), label, author, comment=comment, start_pm_s=pm[0], stop_pm_s=pm[1]
    ),
    times, times, labels, names, comments, unsure, unsure,
)  # fmt: skip
marks = st.lists(
    st.one_of(mark, mark.map(lambda one: Annotation(one.start_s, one.start_s, one.label))), max_size=6
)


@pytest.mark.parametrize("form", [one for one in WRITTEN if one.name != "trainset"], ids=lambda one: one.name)
@given(marks=marks)
def test_a_round_trip_keeps_what_the_format_can(form: Format, marks: list[Annotation]) -> None:
    assert form.write is not None
    ride, sent = a_ride(), sorted(marks, key=lambda one: one.start_s)
    text = "".join(
        form.write([sheet_of(form, [guarded(one) for one in sent] if form.spreadsheet else sent, ride)])
    )
    text.encode("utf-8")
    found = back(form, text, ride, guarded=form.spreadsheet)
    if form.name == "sensiml":  # its sessions are authors
        order = list(dict.fromkeys(one.author for one in sent))
        sent = sorted(sent, key=lambda one: order.index(one.author))
    assert len(found) == len(sent)
    for one, two in zip(sent, found, strict=True):
        slack = RESOLUTION_S[form.name] + 1e-12
        assert abs(one.start_s - two.start_s) <= slack + (1 / RATE if form.name == "sensiml" else 0)
        shortest = 1 / RATE if form.name == "sensiml" else 0.0  # no segment is shorter than a sample
        assert abs(one.stop_s - two.stop_s) <= slack + shortest
        assert two.label == (one.label.replace(",", " ").strip() if form.name == "mne-txt" else one.label)
        if form.name in KEEPS_AUTHOR:
            assert two.author == one.author
        if form.name in KEEPS_COMMENT:
            assert two.comment == one.comment
        kept = form.name in KEEPS_UNCERTAINTY
        assert (two.start_pm_s, two.stop_pm_s) == ((one.start_pm_s, one.stop_pm_s) if kept else (0, 0))
    if any(one.start_pm_s or one.stop_pm_s for one in sent):
        written = [guarded(one) for one in sent] if form.spreadsheet else sent
        told = [loss.told() for loss in losses(form, [sheet_of(form, written, ride)], text)]
        assert any("±" in line for line in told) == (form.name not in KEEPS_UNCERTAINTY)


def test_what_is_no_uncertainty_is_refused_with_its_line() -> None:
    text = "start_s,label,stop_pm_s\n1,fall,-1\n2,fall,nan\n3,fall,0.5\n4,fall,\n"
    assert [place for place, _ in refused(format_of("csv"), text, a_ride())] == ["line 2", "line 3"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), names), min_size=1, max_size=8))
def test_trainset_keeps_labels_that_stand_apart(found: list[tuple[int, int, str]]) -> None:
    """Each a gap, a length and a label, counted in samples."""
    form, ride, sent, at = format_of("trainset"), a_ride(rate=10.0), list[Annotation](), 0
    assert form.write is not None
    for gap, length, label in found:
        first, at = at + gap, at + gap + length
        sent.append(Annotation(float(ride.edges[first]), float(ride.edges[at]), label))
    text = "".join(form.write([sheet_of(form, sent, ride)]))
    assert text.splitlines()[0] == "series,timestamp,value,label"
    assert text.splitlines()[1].startswith("ax,2026-05-03T12:30:00.250Z,")
    got = back(form, text, ride)
    assert [one.label for one in got] == [one.label for one in sent]
    edges = [[(one.start_s, one.stop_s) for one in side] for side in (got, sent)]
    assert np.array(edges[0]) == pytest.approx(np.array(edges[1]), abs=1e-9)


def test_labels_that_overlap_are_told_where_they_get_lost() -> None:
    form, ride = format_of("trainset"), a_ride(rate=10.0)
    assert form.write is not None
    sheet = sheet_of(form, [Annotation(1.0, 5.0, "fall"), Annotation(2.0, 3.0, "bump")], ride)
    remarks = [loss.told() for loss in losses(form, [sheet], "".join(form.write([sheet])))]
    assert remarks == [
        "2 labels were written, 3 come back: this format cannot hold labels that overlap or touch"
    ]


@given(st.text(max_size=8), st.text("='-+@x", max_size=5))
def test_guards_are_undone_whatever_they_stand_before(rest: str, head: str) -> None:
    cell = head + rest
    assert unguard(guard(cell)) == cell
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_local_time_without_a_zone_comes_back_as_it_was() -> None:
    ride = a_ride(START.replace(tzinfo=None))
    for name in ("mne", "mne-txt", "mhealth", "trainset"):
        form = format_of(name)
        assert form.write is not None
        text = "".join(form.write([sheet_of(form, [Annotation(1.0, 2.5, "fall")], ride)]))
        one = back(form, text, ride)[0]
        assert (one.start_s, one.stop_s) == pytest.approx((1.0, 2.5), abs=1e-3)


def test_the_table_of_formats() -> None:
    assert len({form.name for form in FORMATS}) == len(FORMATS)
    assert set(format_names()) - set(format_names(written=True)) == {"elan", "mad-gui"}
    assert set(RESOLUTION_S) == {form.name for form in WRITTEN}
