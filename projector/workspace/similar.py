"""Find more like this: moments of other rides like a chosen one, and one label for those accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from psygnal import Signal

from projector.annotations.matching import same_event
from projector.domain.ids import NO_WINDOW
from projector.domain.nouns import Annotations
from projector.jobs.similar import Find
from projector.workspace.labelling import Labelling
from projector.workspace.own_layer import span_of
from projector.workspace.pipeline import Pipeline
from projector.workspace.workspace import Workspace

KIND = "similar"


@dataclass(frozen=True)
class Plan:
    """What labelling the chosen finds would do: how many annotations are new, change their label, have it."""

    new: int
    changed: int
    same: int

    def told(self) -> str:
        """'2 new, 1 changes its label'."""
        changes = "1 changes its label" if self.changed == 1 else f"{self.changed} change their label"
        has = "1 has it already" if self.same == 1 else f"{self.same} have it already"
        parts = ((self.new, f"{self.new} new"), (self.changed, changes), (self.same, has))
        return ", ".join(text for count, text in parts if count)


class Similar:
    """The chosen moment, what looks like it, and which of these are accepted.

    query   the moment itself, None before something was looked for
    label   the label it has, "" where it has none
    chosen  places in `found`; shown  the one that was opened last
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, labelling: Labelling, pipeline: Pipeline) -> None:
        self._workspace, self._labelling, self._pipeline = workspace, labelling, pipeline
        self._clear()
        workspace.library_changed.connect(self._on_library_changed)
        workspace.table_changed.connect(self._on_library_changed)
        workspace.labels_changed.connect(self.changed.emit)
        pipeline.stage_changed.connect(self.changed.emit)

    def _clear(self) -> None:
        self._asked: tuple[int, float, float] | None = None
        self.query: Find | None = None
        self.label = ""
        self.found: tuple[Find, ...] = ()
        self.chosen: frozenset[int] = frozenset()
        self.shown: int | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being looked for."""
        return self._pipeline.working(KIND)

    def subject(self) -> tuple[int, float, float, str] | None:
        """What would be looked for: ride, start, stop, label of the current event, else of the window."""
        workspace = self._workspace
        marks, table, window = workspace.annotations, workspace.table, workspace.selection.primary
        if table is None or marks is None:
            return None
        if workspace.event is not None:
            return (int(marks.ride_number[workspace.event]), *span_of(marks, workspace.event))
        if window == NO_WINDOW or workspace.ride is None:
            return None
        row = int(workspace.rows([window])[0])
        windows = table.windows
        span = float(windows.start_s[row]), float(windows.stop_s[row])
        return window >> 32, *span, workspace.labels.text(row)

    def find(self) -> bool:
        """Look for more like the current event or window; False where there is none."""
        subject, table, library = self.subject(), self._workspace.table, self._workspace.library
        if subject is None or table is None or library is None:
            return False
        ride, start, stop, label = subject
        self._asked = ride, start, stop
        arguments = {
            "library": str(library.path),
            "rule": asdict(table.rule),
            "ride": ride,
            "start_s": start,
            "stop_s": stop,
        }
        self._pipeline.run(KIND, KIND, arguments, lambda result: self._use(result, label))
        self.changed.emit()
        return True

    def follow(self) -> None:
        """Look for more like the current event or window, unless that was looked for last.

        What was found for another one goes at once: nobody is to accept it while the new ones come.
        """
        subject = self.subject()
        if subject is not None and subject[:3] != self._asked:
            self._clear()
            self.find()

    def toggle(self, place: int) -> None:
        """Accept a find, or not."""
        self.choose(self.chosen ^ {place})

    def choose(self, places: Sequence[int] | frozenset[int]) -> None:
        """Accept exactly these."""
        chosen = frozenset(places) & frozenset(range(len(self.found)))
        if chosen != self.chosen:
            self.chosen = chosen
            self.changed.emit()

    def open(self, place: int) -> None:
        """Show where a find is: its window is selected, and so its ride comes up."""
        self.shown = place
        find, marks = self.found[place], self._workspace.annotations
        row = None if marks is None else annotation_at(marks, find)
        if row is not None:
            self._workspace.select_event(row, "similar")
        else:
            self._workspace.select(find.window, "similar")
        self.changed.emit()

    def step(self, direction: int) -> bool:
        """Show the next find (1) or the one before (-1); False where there is none."""
        at = 0 if self.shown is None else self.shown + direction
        if not 0 <= at < len(self.found):
            return False
        self.open(at)
        return True

    def label_of(self, find: Find) -> str:
        """The label that a find has now, "" for none."""
        marks = self._workspace.annotations
        row = None if marks is None else annotation_at(marks, find)
        return "" if row is None or marks is None else span_of(marks, row)[2]

    def plan(self, label: str) -> Plan:
        """What `label_chosen` would do."""
        now = [self.label_of(self.found[place]) for place in self.chosen]
        new, same = now.count(""), sum(name == label for name in now)
        return Plan(new, len(now) - new - same, same)

    def label_chosen(self, label: str) -> int:
        """Give all accepted finds a label, in one undoable step; how many edits it took.

        An annotation that a find shows changes its label; where there is none, a new one is made as long as
        the chosen moment. Raises what Labelling.commit raises.
        """
        finds = (self.found[place] for place in sorted(self.chosen))
        spans = [(find.ride, find.start_s, find.stop_s) for find in finds]
        assert self.query is not None
        like = f"like {self._id_of(self.query.ride)} at {self.query.start_s:.2f} s"
        return self._labelling.label_spans(spans, label, reason=like)

    # --- inside -----------------------------------------------------------------------------------

    def _id_of(self, number: int) -> str:
        assert self._workspace.library is not None
        return self._workspace.library.id_of(number)

    def _use(self, result: Mapping[str, Any], label: str) -> None:
        self.query, self.label = Find(**result["query"]), label
        self.found = tuple(Find(**one) for one in result["found"])
        self.chosen, self.shown = frozenset(), None
        self.changed.emit()

    def _on_library_changed(self) -> None:
        self._pipeline.cancel(KIND)
        self._clear()
        self.changed.emit()


def annotation_at(marks: Annotations, find: Find) -> int | None:
    """The row of the annotation that a find shows, None without one."""
    part = marks.of_ride(find.ride)
    spans = zip(marks.start_s[part].tolist(), marks.stop_s[part].tolist(), strict=True)
    at = same_event([*spans], (find.start_s, find.stop_s))
    return None if at is None else part.start + at
