"""Whose labels are shown and edited, as a pill above the panels; and whose events are reviewed."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from projector.annotations.layers import ADJUDICATED, IMPORTED
from projector.ui.hints import with_keys
from projector.workspace.labelling import Labelling
from projector.workspace.layering import LayerFacts

LONGEST_NAME = 18  # letters of a name on a pill; the whole is its tooltip


class LayerPill(QToolButton):
    """A pill with a menu that is made anew each time it opens: people join while the window is open."""

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labelling = labelling
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.clicked.connect(self.open)
        labelling.changed.connect(self.show_choice)

    def open(self) -> None:
        """Open the menu under the pill."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 3)))

    def menu_now(self) -> QMenu:
        """The menu as it is now."""
        self._menu.clear()
        self._fill(self._menu)
        return self._menu

    def show_choice(self) -> None:
        """Say what is chosen."""
        raise NotImplementedError

    def _fill(self, menu: QMenu) -> None:
        raise NotImplementedError

    def _say(self, what: str, name: str, about: str) -> None:
        self.setText(f"{what}: {shortened(name)} ▾")
        self.setToolTip(about)

    def _offer(self, text: str, chosen: bool, call: Callable[[], object]) -> QAction:
        action = self._menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda _checked=False: call())
        return action


class LayerChooser(LayerPill):
    """Whose labels are shown. `modes` are put under the layers: adjudicating, labelling blind, conflicts."""

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(labelling, parent)
        self.modes: list[QAction] = []
        self.setAccessibleName("Whose labels are shown")
        self.show_choice()

    def open(self) -> None:
        self.menu_now()
        super().open()

    def show_choice(self) -> None:
        layering = self._labelling.layering
        name = layering.shown or IMPORTED
        about = "Whose labels are shown. Editing somebody else's makes a copy under your own name."
        if layering.adjudicating:
            name, about = ADJUDICATED, "What you edit counts for everybody. Label menu: Adjudicate ends it."
        elif layering.blind:
            name, about = f"{name}, blind", "Only your own labels are shown. Label menu: Label blind ends it."
        self._say("layer", name, about)

    def _fill(self, menu: QMenu) -> None:
        layering, author = self._labelling.layering, self._labelling.author
        facts = {one.name: one for one in self._labelling.layers()}
        own = facts.pop(author, LayerFacts(author, 0, 0))
        if author:
            self._layer(own, f"{author}, you", layering.shown)
        for one in facts.values():
            self._layer(one, one.name, layering.shown or IMPORTED)
        if layering.blind:
            for action in menu.actions():
                action.setEnabled(False)
        menu.addSeparator()
        menu.addActions(self.modes)

    def _layer(self, one: LayerFacts, text: str, shown: str) -> None:
        action = self._offer(
            f"{text}\t{counted(one)}", one.name == shown, lambda: self._labelling.show_layer(one.name)
        )
        action.setData(one.name)


class ReviewChooser(LayerPill):
    """Whose events the review goes through."""

    def __init__(self, labelling: Labelling, parent: QWidget | None = None) -> None:
        super().__init__(labelling, parent)
        self.setAccessibleName("Whose events are reviewed")
        self.show_choice()

    def open(self) -> None:
        self.menu_now()
        super().open()

    def show_choice(self) -> None:
        self.setEnabled(not self._labelling.layering.blind)
        name = self._labelling.reviewed or "all labels"
        about = with_keys("Whose events stand in the review queue: {next_item} shows the next one.")
        self._say("review", name, about)

    def _fill(self, menu: QMenu) -> None:
        now = self._labelling.reviewed
        self._offer("the labels that count", not now, lambda: self._labelling.review("")).setData("")
        for one in self._labelling.layers():
            action = self._offer(
                f"{one.name}\t{counted(one)}", now == one.name, partial(self._review, one.name)
            )
            action.setData(one.name)

    def _review(self, name: str) -> None:
        self._labelling.review(name)


def counted(one: LayerFacts) -> str:
    """'12 labels on 3 rides'; 'nothing yet'."""
    if not one.rides:
        return "nothing yet"
    labels = f"{one.labels:,} label{'s' * (one.labels != 1)}"
    return f"{labels} on {one.rides:,} ride{'s' * (one.rides != 1)}"


def shortened(name: str) -> str:
    """A name with an ellipsis where it is too long for a pill."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
