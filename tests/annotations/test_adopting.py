"""Taking over another layer's labels of a ride: afterwards one's own say the same, and no more was edited."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from projector.annotations.adopting import adopt
from projector.annotations.edits import Hand, add, relabel, resize
from projector.domain.edits import Edit, conflicts, current, heads

HAND = Hand("anna", "anna", "2026-11-22T10:00:00.000+00:00", "ride_1", "aa", "bb", "g")
bodies = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 6), st.sampled_from(["fall", "crash"])), max_size=8
)


def made(rows: list[tuple[int, int, str]]) -> list[Edit]:
    return [edit for start, long, label in rows for edit in add(HAND, start, start + long, label)]


def says(edits: list[Edit]) -> Counter[str]:
    return Counter(repr(sorted(edit.after.items())) for edit in current(edits))


@settings(max_examples=40)
@given(mine=bodies, theirs=bodies, shared=bodies, twice=st.booleans())
def test_afterwards_mine_says_what_theirs_says(
    mine: list[tuple[int, int, str]],
    theirs: list[tuple[int, int, str]],
    shared: list[tuple[int, int, str]],
    twice: bool,
) -> None:
    own, other = made(mine + shared), made(theirs + shared)
    if twice and own:  # a conflict: two versions of one annotation
        own += [*relabel(HAND, own[0], "skid"), *relabel(HAND, own[0], "slide")]
    edits = adopt(HAND, other, heads(own))
    assert says([*own, *edits]) == says(other)
    assert not conflicts([*own, *edits])
    if not twice:
        same = sum((says(own) & says(other)).values())
        assert len(edits) <= len(own) + len(other) - 2 * same, "what is the same is left alone"


def test_the_same_event_is_changed_and_no_other_one_put_in_its_place() -> None:
    own, other = made([(10, 4, "fall")]), made([(11, 4, "crash"), (30, 2, "fall")])
    changed, new = adopt(HAND, other, own)
    assert changed.subject == own[0].subject
    assert changed.after == other[0].after
    assert new.before is None
    (back,) = adopt(HAND, own, heads([*own, *resize(HAND, own[0], 10.0, 13.0)]))
    assert (back.before["stop_s"], back.after["stop_s"]) == (13.0, 14.0)
