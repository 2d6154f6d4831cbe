"""The vocabulary as data: what is written is read, whatever is merged makes sense, changes are just those."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.annotations import edits as gestures
from projector.annotations import history, vocabulary
from projector.annotations.edits import Hand
from projector.annotations.vocabulary import (
    LabelClass,
    changes,
    checked,
    complete,
    depth,
    settled,
    stored,
    with_new,
)
from projector.domain.edits import Edit, Kind, heads, union
from projector.domain.errors import InputError

HAND = Hand("anna", "anna", "2026-05-01T08:00:00.000+00:00", "", "", "cc", "g" * 36)
NAMES = ("normal", "fall", "crash", "slide", "pothole")
CLASSES = st.lists(
    st.builds(
        LabelClass,
        st.sampled_from(NAMES),
        st.integers(0, 5),
        st.integers(0, 4),
        st.booleans(),
        st.sampled_from(["keep", "trim"]),
        st.sampled_from(["", *NAMES, "gone"]),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(CLASSES)
def test_whatever_a_merge_brings_makes_sense(classes) -> None:
    sound = settled(classes)
    assert checked(sound) == sound
    assert {one.name for one in sound} == {one.name for one in classes}
    assert settled(sound) == sound
    places = {one.name: at for at, one in enumerate(sound)}
    assert all(places[one.parent] < places[one.name] for one in sound if one.parent)
    first = {one.name: one for one in reversed(classes)}
    for name, one in first.items():  # who is alone in wanting a digit or a colour has it
        if sum(one.digit == other.digit for other in first.values()) == 1:
            assert next(other.digit for other in sound if other.name == name) == one.digit


@settings(max_examples=40)
@given(CLASSES, CLASSES)
def test_what_is_written_is_read_and_undone(before, after) -> None:
    first = changes(HAND, [], settled(before))
    read = stored(first)
    assert [replace(one, subject="") for one in read] == list(settled(before))
    assert changes(HAND, first, read) == []
    known = {one.name: one.subject for one in read}
    wanted = tuple(replace(one, subject=known.get(one.name, "")) for one in settled(after))
    second = changes(HAND, first, wanted)
    now = heads([*first, *second])
    assert [replace(one, subject="") for one in stored(now)] == [replace(one, subject="") for one in wanted]
    undone, since = gestures.inverse(HAND, second, now)
    assert not since
    assert stored(heads([*first, *second, *undone])) == read


def test_two_peoples_vocabularies_are_one_after_a_merge() -> None:
    anna = changes(HAND, [], (LabelClass("normal", 0, 1), LabelClass("fall", 4, 2)))
    later = replace(HAND, author="ben", utc="2026-05-02T08:00:00.000+00:00")
    ben = changes(later, [], (LabelClass("normal", 0, 1), LabelClass("slide", 5, 2)))
    for both in (union(anna, ben), union(ben, anna)):
        assert [(one.name, one.digit) for one in stored(heads(both))] == [
            ("normal", 1),
            *sorted([("fall", 2), ("slide", 0)], key=lambda row: -row[1]),
        ]
        settles = changes(later, heads(both), stored(heads(both)))
        assert any(len(edit.parents) == 2 for edit in settles)
        assert not changes(later, heads([*both, *settles]), stored(heads([*both, *settles])))


def test_another_programs_classes_do_no_harm() -> None:
    odd = [{"name": 3}, {"name": "fall", "colour": "red", "digit": 77, "overlap": None, "parent": ["x"]}, {}]
    made = [HAND.edit(f"s{at}", (), None, body, Kind.CLASS) for at, body in enumerate(odd)]
    assert [replace(one, subject="") for one in stored(made)] == [LabelClass("fall")]


def test_labels_outside_the_vocabulary_follow_it() -> None:
    classes = (LabelClass("crash", 5, 1), LabelClass("normal", 0, 3))
    found = complete(classes, {"fall": 4, "normal": 0, "bump": 2})
    assert [(one.name, one.slot, one.digit) for one in found] == [
        ("crash", 5, 1),
        ("normal", 0, 3),
        ("bump", 2, 2),
        ("fall", 4, 4),
    ]
    assert [one.digit for one in complete((), {f"{at:02}": at for at in range(11)})] == [*range(1, 10), 0, 0]
    assert with_new(found, " skid ", 6)[-1] == LabelClass("skid", 6, 5)


@pytest.mark.parametrize(
    ("classes", "why"),
    [
        ([("fall", 0, 1), ("crash", 1, 1)], "same digit"),
        ([("fall", 0, 1), ("crash", 0, 2)], "same colour"),
        ([("fall", 0, 1), ("Fall", 1, 2)], "two labels"),
        ([(" ", 0, 0)], "a word"),
        ([("a\nb", 0, 0)], "a word"),
        ([("a" * 61, 0, 0)], "at most 60"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(classes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        checked(tuple(LabelClass(*one) for one in classes))


def test_no_class_stands_under_itself() -> None:
    fall, slide = LabelClass("fall", 0, 1), LabelClass("slide", 1, 2, parent="fall")
    assert depth(checked((fall, slide)), "slide") == 1
    with pytest.raises(InputError, match="under itself"):
        checked((replace(fall, parent="slide"), slide))
    with pytest.raises(InputError, match="which there isn't"):
        checked((slide,))


def test_gestures_on_classes_in_words() -> None:
    first = changes(HAND, [], (LabelClass("fall", 4, 1), LabelClass("normal", 0, 2)))
    fall, normal = stored(first)
    ride = replace(HAND, ride="r1")
    said = gestures.add(ride, 1.0, 2.0, "fall")

    def told(wanted: tuple[LabelClass, ...], along: list[Edit] | None = None) -> str:
        return history.told([*changes(HAND, first, wanted), *(along or [])])

    assert told((replace(fall, name="tumble"), normal), said) == "rename fall to tumble · 1 annotation"
    assert told((fall,), gestures.relabel_all(ride, said, {"fall": "normal"})) == (
        "remove label normal · 1 annotation"
    )
    assert told((fall, normal, LabelClass("skid", 2))) == "new label skid"
    assert told((replace(fall, digit=7), normal)) == "label fall changed"
    assert told((normal, fall)) == "vocabulary changed"
    assert vocabulary.told(first) == "vocabulary changed"
