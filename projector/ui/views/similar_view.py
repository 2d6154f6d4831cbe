"""More like this: moments of other rides that look like the chosen one, and one label for those accepted."""

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from projector.domain.errors import InputError, ProjectorError
from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.deferred import DeferredView
from projector.ui.widgets.label_finder import LabelFinder
from projector.ui.widgets.panel_dock import ElidedLabel
from projector.ui.widgets.similar_cards import CardsModel, SimilarCards
from projector.workspace.labelling import Labelling
from projector.workspace.similar import Similar
from projector.workspace.workspace import Workspace

_START = "Choose an annotation or a window, then look for moments of other rides that are like it."
_NONE = "No other ride has a moment to compare with this one."
_BUSY = "Looking through the other rides…"
LEAST_WIDE, ROOMY = 310, 480  # pixels; below the second the buttons say it in a word


class SimilarView(DeferredView):
    """Shows a Similar; accepts, opens and labels its finds."""

    title = "More like this"
    subtitle_changed = Signal(str)
    failed = Signal(Exception)

    def __init__(
        self,
        workspace: Workspace,
        similar: Similar,
        labelling: Labelling,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace, self._similar, self._labelling, self._theme = workspace, similar, labelling, theme
        self.model = CardsModel(self)
        self.cards = SimilarCards(self.model, theme)
        self.look, self.all, self.give = QPushButton(), QPushButton("Accept all"), QPushButton()
        self.plan = ElidedLabel()
        self._finder = LabelFinder(theme, self)
        self._build()
        self._connect()
        self.mark_stale("finds")

    def _build(self) -> None:
        self.look.setToolTip(with_keys("{find_similar}"))
        self.plan.setProperty("role", "muted")
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for widget in (self.look, self.all):
            foot.addWidget(widget)
        foot.addWidget(self.plan, 1)
        foot.addWidget(self.give)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 2, 9, 7)
        column.setSpacing(6)
        column.addWidget(self.cards, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        workspace = self._workspace
        for signal in (self._similar.changed, workspace.selection_changed, workspace.event_changed):
            signal.connect(self._on_changed)
        self.look.clicked.connect(self._similar.find)
        self.all.clicked.connect(self._on_all)
        self.give.clicked.connect(self.label)
        self.cards.toggled.connect(self._similar.toggle)
        self.cards.opened.connect(self._similar.open)
        self.cards.entered_all.connect(self.label)
        self.cards.digit.connect(self._on_digit)

    @property
    def _roomy(self) -> bool:
        return self.width() >= ROOMY

    def minimumSizeHint(self) -> QSize:
        """Fits the middle of the smallest window."""
        return QSize(LEAST_WIDE, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= ROOMY) != self._roomy:
            self.mark_stale("finds")

    def _on_changed(self) -> None:
        if self._similar.query is None:  # what is gone isn't kept, wherever the panel is
            self.model.show(None, (), frozenset())
        self.mark_stale("finds")

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._theme = theme
        self.cards.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Show look-alikes of what is current now, as soon as the panel can be seen."""
        self.mark_stale("moment", "finds")

    def _refresh(self, parts: set[str]) -> None:
        if "moment" in parts:
            self._similar.follow()
        similar, slots = self._similar, self._workspace.label_slots()
        library = self._workspace.library
        cards = []
        for find in similar.found:
            assert library is not None
            label = similar.label_of(find)
            cards.append((find, library.id_of(find.ride), label, slots.get(label, -1)))
        self.cards.empty_text = _BUSY if similar.busy else _START if similar.query is None else _NONE
        self.model.show(similar.query, tuple(cards), similar.chosen)
        self.cards.viewport().update()
        self.look.setEnabled(similar.subject() is not None and not similar.busy)
        self.all.setVisible(bool(cards))
        self.look.setText("Find more like this" if self._roomy else "Find")
        every = "none" if len(similar.chosen) == len(cards) else "all"
        self.all.setText(f"Accept {every}" if self._roomy else every.capitalize())
        self._show_plan()
        self._tell()

    def _show_plan(self) -> None:
        chosen, label = len(self._similar.chosen), self._similar.label
        self.give.setVisible(bool(self._similar.found))
        self.give.setEnabled(chosen > 0)
        moments = "1 moment" if chosen == 1 else f"{chosen} moments"
        text = f"Label {moments} {label or '…'}" if chosen else "Label those accepted"
        self.give.setText(text if self._roomy else f"Label {chosen or ''}".strip())
        self.give.setToolTip("" if self._roomy else text)
        plan = self._similar.plan(label).told() if chosen and label else ""
        self.plan.set_whole_text(f"{plan} · one undo" if plan else "")

    def _tell(self) -> None:
        similar = self._similar
        if similar.query is None or self._workspace.library is None:
            self.subtitle_changed.emit("")
            return
        what = similar.label or "a window"
        where = self._workspace.library.id_of(similar.query.ride)
        first = f"the {len(similar.found)} nearest, " * (len(similar.found) > 1)
        self.subtitle_changed.emit(f"{first}like {what} of {where} · grey is the chosen moment")

    # --- labelling ----------------------------------------------------------------------------------

    def label(self) -> None:
        """Give those accepted the chosen moment's label; where it has none, ask for one."""
        if not self._similar.chosen:
            return
        if self._similar.label:
            self._give(self._similar.label)
            return
        at = self.give.mapToGlobal(QPoint(0, 0))
        classes = self._labelling.vocabulary.classes
        self._finder.ask(
            "label for those accepted", classes, self._theme, at, lambda name, _: self._give(name)
        )

    def _on_digit(self, digit: int) -> None:
        name = self._labelling.vocabulary.of_digit(digit)
        if self._similar.chosen and name:
            self._give(name)

    def _give(self, label: str) -> None:
        try:
            self._similar.label_chosen(label)
        except InputError as error:
            self.plan.set_whole_text(f"{error.what}: {error.remedy}" if error.remedy else error.what)
        except ProjectorError as error:
            self.failed.emit(error)

    def _on_all(self) -> None:
        every = range(len(self._similar.found))
        self._similar.choose(() if len(self._similar.chosen) == len(every) else tuple(every))
