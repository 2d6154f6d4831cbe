"""Taking back a layer's first edit on a ride gives the ride back: whose labels count there is as before it.

The first edit puts copies of what was shown into the layer, and these must not be what is left of it.
"""

from collections.abc import Sequence
from dataclasses import replace

from projector.annotations.edits import Hand
from projector.annotations.history import stacks
from projector.annotations.imports import whose
from projector.annotations.layers import COPIED, WITHDRAWN
from projector.domain.edits import Edit, derived_id, heads


def withdrawn(hand: Hand, edits: Sequence[Edit], made: Sequence[Edit]) -> list[Edit]:
    """The edits that take a gesture back, `made`; where nothing stands then, the layer's copies go, too.

    Removals that earlier undos left are marked as well: a removal is a word about the ride, these are none.

    edits   all that the layer has on the ride, in order of arrival, without `made`
    """
    if not made or _stands([*edits, *made]):  # what was withdrawn and comes back is a word again
        return [replace(edit, reason="") if edit.reason == WITHDRAWN else edit for edit in made]
    gone = [replace(edit, after=None, reason=WITHDRAWN) for edit in made]
    subjects = {edit.subject for edit in made}
    rest: dict[str, list[Edit]] = {}
    for head in heads(edits):
        if head.reason != WITHDRAWN and head.subject not in subjects:
            rest.setdefault(head.subject, []).append(head)
    farewell = replace(hand, reason=WITHDRAWN)
    for subject, versions in rest.items():
        parents = tuple(head.id for head in versions)
        gone.append(farewell.edit(subject, parents, versions[-1].after, None, versions[0].kind))
    return gone


def again(firsts: Sequence[Edit], heads: Sequence[Edit]) -> list[Edit]:
    """First edits made upon what was withdrawn of the same before, so that these are no second version."""
    gone: dict[str, list[str]] = {}
    for head in heads:
        gone.setdefault(head.subject, []).append(head.id)
    return [
        replace(edit, id=derived_id("again", edit.id, *gone[edit.subject]), parents=tuple(gone[edit.subject]))
        if edit.subject in gone
        else edit
        for edit in firsts
    ]


def _stands(edits: Sequence[Edit]) -> bool:
    """Whether anybody's gesture is not taken back, or labels came in otherwise than as copies."""
    people: dict[str, list[Edit]] = {}
    for edit in edits:
        if who := whose(edit):
            people.setdefault(who, []).append(edit)
        elif not edit.reason.startswith(COPIED):
            return True
    return any(stacks(own).undo for own in people.values())
