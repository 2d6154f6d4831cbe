"""What a gesture would do, told before it counts: as a draft over the trace, and in words."""

from collections.abc import Mapping, Sequence

from projector.processing.snapping import Snap
from projector.ui.items.trace_draft import Draft
from projector.ui.items.trace_scene import TraceScene
from projector.ui.widgets.trace_grips import BODY, START, STOP, Hold, Spans
from projector.workspace.blast import Span, blast_radius, told
from projector.workspace.labelling import Labelling
from projector.workspace.trimming import trimmed
from projector.workspace.workspace import Workspace

Foretold = tuple[Draft, str]  # and what would change


class Foretelling:
    """Drafts, and what would change, for annotations of a workspace."""

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        self._workspace, self._labelling = workspace, labelling

    def moved(self, scene: TraceScene, hold: Hold, spans: Spans, snap: Snap) -> Foretold:
        """Annotations (by their place in the ride) with other ends; what is held is at `snap`."""
        ride, bands = scene.ride, scene.ride.bands
        names = {i: bands.names[int(bands.label[i])] for i in spans}
        changed = {ride.first_event + i: (*span, names[i]) for i, span in spans.items()}
        change = self._told(ride.number, changed, [])
        start, stop = spans[hold.index]
        was = float(bands.stop[hold.index] if hold.part == STOP else bands.start[hold.index])
        slot = ride.slots[int(bands.label[hold.index])]
        part = START if hold.part == BODY else hold.part
        lines = (_words(scene, part, snap), change)
        return Draft(start, stop, slot, snap.seconds, was, lines, bands.uncertainty(hold.index)), change

    def new(
        self, scene: TraceScene, span: tuple[float, float], snap: Snap, label: str, point: bool
    ) -> Foretold:
        """A new annotation, whose moving end is where `snap` is; without a label it is asked for."""
        start, stop = span
        ride = scene.ride.number
        change = self._told(ride, {}, [(start, stop, label)]) if label else "a label is asked for"
        slot = self._workspace.label_slots().get(label, 0)
        part = "at" if point else STOP if snap.seconds >= stop else START
        length = "" if point else f"{stop - start:.3g} s · "
        lines = (f"new {label or 'annotation'} · {_words(scene, part, snap)}", f"{length}{change}")
        return Draft(start, stop, slot, snap.seconds, None, lines), change

    def trims(
        self, ride: int, changed: Mapping[int, Span], added: Sequence[Span]
    ) -> tuple[Mapping[int, Span | None], Sequence[Span], str]:
        """See `trimmed`: with what this does to other annotations of the ride."""
        return trimmed(self._workspace, ride, changed, added, self._labelling.vocabulary.trimming())

    def _told(self, ride: int, changed: Mapping[int, Span], added: Sequence[Span]) -> str:
        """What would change, in words: 'trims normal by 0.8 s · 2 windows change label, …'."""
        changes, more, trims = self.trims(ride, changed, added)
        change = told(blast_radius(self._workspace, ride, changes, more))
        return f"{trims} · {change}" if trims else change


def _words(scene: TraceScene, part: str, snap: Snap) -> str:
    on = f" · {snap.on}" if snap.on else ""
    return f"{part} {scene.axis.text(snap.seconds, 0.001)}{on}"
