"""From a library's path to a map: what is cached is loaded, what isn't is asked of the worker.

It holds no data: it puts results into the workspace, says what is going on, and reports what failed.
A newer question replaces an older one of the same kind (the runner sees to that).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from psygnal import Signal

from projector.domain.errors import InputError, LibraryError, ProjectorError
from projector.domain.nouns import FeatureTable, LabelRule, WindowRule
from projector.jobs.maps import older_map, parameters_of_map, stays
from projector.jobs.runner import Job, Runner
from projector.jobs.tasks import AT_ONCE
from projector.library import met
from projector.library.cache import (
    aligned_key,
    cache_folder,
    find_aligned,
    find_labels,
    find_projection,
    find_table,
    labels_key,
    load_aligned,
    load_labels,
    load_map,
    load_table,
    read_projection,
    save_annotations,
)
from projector.library.checks import check_signature
from projector.library.library import Library
from projector.library.result_folder import needs_checking
from projector.projection.parameters import Parameters
from projector.projection.registry import METHODS
from projector.projection.registry import method as method_named
from projector.workspace.loaded import Codes
from projector.workspace.memory import Memory
from projector.workspace.remembering import Remembering
from projector.workspace.workspace import Workspace

_DAMAGED = LibraryError(
    "a part of the cache was damaged",
    remedy="it is made again now; what was on the screen a moment ago may have been wrong",
)
_ABOUT_WINDOWS = ("extract", "label", "project")  # kinds of jobs that a new table leaves without a meaning
_FOR_THE_MAP = ("open", *_ABOUT_WINDOWS)
FOR_REVIEW = ("look_alikes", "impacts")  # of one wish: whoever stops one means both


@dataclass(frozen=True)
class Stage:
    """What is being worked on; fraction None while it is not known how far."""

    what: str
    fraction: float | None = None


class Pipeline:
    """Opens, extracts, projects, imports; one job of each kind at a time."""

    stage_changed = Signal()
    failed = Signal(object)
    imported = Signal(object)

    def __init__(self, workspace: Workspace, runner: Runner, memory: Memory) -> None:
        self._workspace, self._runner, self._memory = workspace, runner, memory
        self._remembering = Remembering(workspace, memory)
        self._jobs: dict[str, Job] = {}
        self.rule = rule_from(memory.rule)
        self._stages: dict[str, Stage] = {}
        workspace.alignment_wanted.connect(self._align)
        self._unchecked: set[str] = set()  # folders in the cache whose every byte was not read yet
        self._checked: set[str] = set()

    @property
    def stage(self) -> Stage | None:
        """What is being worked on: of several, what was started last. None when nothing is."""
        return next(reversed(self._stages.values()), None)

    @property
    def map_stage(self) -> Stage | None:
        """The same of what the map waits for."""
        return next((self._stages[kind] for kind in reversed(self._stages) if kind in _FOR_THE_MAP), None)

    # --- intents ----------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a library and bring its map up. Raises ProjectorError; then what was open stays.

        A file that this computer hasn't met is checked by the worker first; what is wrong with it comes
        as `failed`.
        """
        check_signature(path)
        if met.known(path):
            self._open(path)
        else:
            self._start("open", "meet", {"library": str(path)}, lambda _: self._open_or_say(path))

    def _open_or_say(self, path: Path) -> None:
        try:
            self._open(path)
        except ProjectorError as error:
            self.failed.emit(error)

    def _open(self, path: Path) -> None:
        library = Library.open(path)
        self.cancel("open", "align", *_ABOUT_WINDOWS)  # an import goes on: it is about another file
        self._workspace.set_library(library)
        self._memory.opened(path)
        if len(library.numbers):
            self._workspace.show_ride(int(library.numbers[0]))
            self.extract()

    def set_rule(self, rule: WindowRule) -> None:
        """Cut the rides by another rule."""
        if rule != self.rule:
            self.rule = rule
            self._memory.rule = asdict(rule)
            self.extract()

    def extract(self) -> None:
        """Windows and features under the present rule: from the cache, else from the worker."""
        self.cancel(*_ABOUT_WINDOWS)
        library = self._library()
        found = find_table(library, self.rule)
        if found is not None:
            self._use_table(found)
            self._check(found)
            return
        arguments = {"library": str(library.path), "rule": asdict(self.rule)}
        self._start("extract", "extract", arguments, lambda result: self._use_table(Path(result["table"])))

    def project(self, method: str, parameters: Parameters) -> None:
        """Lay the windows out: from the cache, else from the worker. Remembered once it is there."""

        def remember() -> None:
            self._memory.method = method
            self._memory.parameters[method] = parameters.as_dict()

        self._project(method, parameters, remember)

    def refit(self) -> None:
        """Lay the shown map out anew, with the windows that were only placed on it; it begins where it is."""
        shown = self._workspace.projection
        if shown is not None and method_named(shown.method).stays:
            self._project(shown.method, parameters_of_map(shown), anew=True)

    @property
    def method(self) -> str:
        """The projection that was asked for last."""
        known = {method.name for method in METHODS}
        return self._memory.method if self._memory.method in known else "pca"

    def parameters(self, method: str) -> Parameters:
        """The parameters a method was last used with, else its defaults."""
        kind = method_named(method).parameters
        try:
            return kind.of(self._memory.parameters.get(method, {}))
        except InputError:
            return kind()

    def import_recordings(self, arguments: Mapping[str, Any]) -> None:
        """Bring recordings in as a new library, then open it. arguments: those of the task."""

        def done(result: dict[str, Any]) -> None:
            self.imported.emit(result)

        self._start("import", "import_recordings", arguments, done)

    def run(
        self,
        kind: str,
        task: str,
        arguments: Mapping[str, Any],
        use: Callable[[dict[str, Any]], None],
        fail: Callable[[ProjectorError], None] | None = None,
    ) -> None:
        """Have another task done, shown and cancelled like the others; what is wrong comes as `failed`.

        fail    is told what is wrong instead
        """
        self._start(kind, task, arguments, use, fail)

    def working(self, kind: str) -> bool:
        """Whether a job of a kind is waiting or running."""
        return kind in self._jobs

    def cancel(self, *kinds: str) -> None:
        """Stop what runs (of these kinds); what was on the screen stays."""
        for kind in kinds or tuple(self._jobs):
            if kind in self._jobs:
                self._jobs[kind].cancel()
                self._end(kind)

    def cancel_shown(self) -> None:
        """Stop the work that `stage` speaks of, with all that the same wish started."""
        if self._stages:
            kind = next(reversed(self._stages))
            self.cancel(*(FOR_REVIEW if kind in FOR_REVIEW else (kind,)))

    @property
    def importing(self) -> bool:
        """Whether recordings are being brought in right now."""
        return "import" in self._jobs

    # --- results ----------------------------------------------------------------------------------

    def _use_table(self, folder: Path) -> None:
        try:
            table = load_table(folder)
        except ProjectorError as error:
            self.failed.emit(error)
            return
        # The label rule is no part of a feature cache's key: labels are joined when read.
        rule = replace(table.rule, label_rule=self.rule.label_rule, share=self.rule.share)
        self._label(folder, replace(table, rule=rule))

    def _label(self, folder: Path, table: FeatureTable) -> None:
        """Join windows and labels: few at once, many in the worker, so that the window stays awake."""
        marks = self._workspace.annotations
        assert marks is not None
        if len(table.windows) <= AT_ONCE:
            self._show_table(table)
            return

        def use(labels: Path) -> None:
            if marks is not self._workspace.annotations:  # edited meanwhile
                self._label(folder, table)
                return
            try:
                self._show_table(table, load_labels(labels))
            except ProjectorError as error:
                self.failed.emit(error)

        cache = cache_folder(self._library().path)
        try:
            kept = save_annotations(cache, marks)
        except ProjectorError:  # no room for the worker to read them from
            self._show_table(table)
            return
        found = find_labels(cache, labels_key(table.key, table.rule, kept.name))
        if found is not None:
            use(found)
            return
        arguments = {
            "library": str(self._library().path),
            "table": str(folder),
            "rule": asdict(table.rule),
            "annotations": str(kept),
        }
        self._start("label", "label", arguments, lambda result: use(Path(result["labels"])))

    def _show_table(self, table: FeatureTable, labels: Codes | None = None) -> None:
        first = self._workspace.table is None
        self._workspace.set_table(table, labels)
        if first:
            self._remembering.restore()
        if len(table.windows) == 0:
            self.failed.emit(self._no_windows())
            return
        self._first_layout()

    def _first_layout(self) -> None:
        """The layout that was used last if it is at hand; else PCA at once, and then that one."""
        method, wanted = self.method, self.parameters(self.method)
        table = self._workspace.table
        assert table is not None
        quick = method_named(method).quick
        if quick or find_projection(self._library(), table, method, wanted) is not None:
            self._project(method, wanted)
        else:
            self._project("pca", self.parameters("pca"), lambda: self._project(method, wanted))

    def _project(self, method: str, parameters: Parameters, then: Any = None, *, anew: bool = False) -> None:
        """Show the map in the cache; else place later windows on an older one; else go on from an older one.

        anew    lay it out, even where there is such a map
        """
        library, table = self._library(), self._workspace.table
        assert table is not None

        def use(folder: Path) -> None:
            try:
                self._workspace.set_projection(*load_map(folder))
            except ProjectorError as error:
                self.failed.emit(error)
                return
            if then is not None:
                then()

        found = None if anew else find_projection(library, table, method, parameters)
        if found is not None:
            use(found)
            self._check(found)
            return
        arguments: dict[str, Any] = {"library": str(library.path), "rule": asdict(self.rule)}
        older = older_map(library, method)
        old = read_projection(older) if older else None
        if not anew and old is not None and stays(old, library, table, parameters):
            task, arguments["onto"] = "place", str(older)
        else:
            task, arguments["start"] = "project", str(older) if older else None
            arguments |= {"method": method, "parameters": parameters.as_dict()}
        self._start("project", task, arguments, lambda result: use(Path(result["projection"])))

    def _align(self) -> None:
        """The turned axes of the ride that is shown: from the cache, else from the worker."""
        library, number = self._library(), self._workspace.ride
        assert number is not None

        def use(folder: Path) -> None:
            try:
                self._workspace.set_aligned(number, *load_aligned(folder))
            except ProjectorError as error:
                self.failed.emit(error)

        found = find_aligned(library, aligned_key(library.describe(number).signal_hash.hex()))
        if found is not None:
            use(found)
            self._check(found)
            return
        arguments = {"library": str(library.path), "ride": number}
        self._start("align", "align", arguments, lambda result: use(Path(result["aligned"])))

    def _check(self, *folders: Path) -> None:
        """Have the rest of what opening only began to check read through; what is damaged is made again."""
        self._unchecked |= {str(one) for one in folders if needs_checking(one)} - self._checked
        if not self._unchecked or self.working("check"):
            return
        asked, self._unchecked = self._unchecked, set()

        def done(result: dict[str, Any]) -> None:
            self._checked |= asked - set(result["damaged"])
            if result["damaged"]:
                self.failed.emit(_DAMAGED)
                self.extract()
            self._check()

        self._start("check", "check", {"folders": sorted(asked)}, done)

    def _start(self, kind: str, task: str, arguments: Mapping[str, Any], use: Any, fail: Any = None) -> None:
        def done(result: dict[str, Any]) -> None:
            self._end(kind)
            use(result)

        def failed(error: ProjectorError) -> None:
            self._end(kind)
            (fail or self.failed.emit)(error)

        def progress(done: float, total: float, what: str = "") -> None:
            self._say(kind, Stage(what or _WORDS[kind], done / total if total else None))

        self._say(kind, Stage(_WORDS[kind]))
        job = self._runner.start(kind, task, arguments, done, failed, progress)
        if job.active:
            self._jobs[kind] = job

    def _end(self, kind: str) -> None:
        self._jobs.pop(kind, None)
        self._say(kind, None)

    def _say(self, kind: str, stage: Stage | None) -> None:
        before = self.stage, self.map_stage
        self._stages.pop(kind, None)
        if stage is not None:
            self._stages[kind] = stage  # last: what moves is spoken of, not what waits for the worker
        if (self.stage, self.map_stage) != before:
            self.stage_changed.emit()

    def _library(self) -> Library:
        assert self._workspace.library is not None
        return self._workspace.library

    def _no_windows(self) -> LibraryError:
        return LibraryError(
            f"no ride is as long as a window of {self.rule.length_s:g} s",
            where=self._library().path.name,
            remedy="choose a shorter window (Map → Window rule)",
        )


_WORDS = {
    "open": "opening",
    "extract": "computing features",
    "label": "joining windows and labels",
    "check": "checking what the cache has",
    "align": "turning the axes",
    "project": "laying the map out",
    "import": "importing",
    "copy": "copying the library",
    "label_files": "reading and writing labels",
    "similar": "looking for more like this",
    "realign": "looking for the signals of labels",
    "look_alikes": "comparing windows with their look-alikes",
    "impacts": "looking for impacts",
    "comparison": "comparing labels",
}


def rule_from(stored: Mapping[str, Any]) -> WindowRule:
    """The remembered rule; the default where there is none or it is none any more."""
    try:
        known = {name: stored[name] for name in asdict(WindowRule()) if name in stored}
        if "label_rule" in known:
            known["label_rule"] = LabelRule(known["label_rule"])
        return WindowRule(**known)
    except (InputError, ValueError, TypeError):
        return WindowRule()
