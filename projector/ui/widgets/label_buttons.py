"""The buttons of all labels: as many as there is room for, the others by scrolling."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QWidget

from projector.annotations.vocabulary import LabelClass
from projector.ui.theme import Theme
from projector.ui.widgets.label_button import TALL, LabelButton

COLUMNS = 2
_SPACING, LOW_SPACING = 4, 2
LEAST = 2 * TALL + _SPACING  # two rows


class LabelButtons(QScrollArea):
    """As high as its rows where there is room; many labels don't push other panels away."""

    def __init__(self, on_label: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[LabelButton] = []
        self._on_label = on_label
        self._made_of: tuple[object, ...] = ()
        self._low = False
        self._grid = QGridLayout()
        self._grid.setSpacing(_SPACING)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._holder = QWidget()
        self._holder.setLayout(self._grid)
        self.setWidget(self._holder)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click on a label leaves the keyboard with the trace
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """As high as what is in it now; Qt's own asks that only once."""
        return self._holder.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self._holder.minimumSizeHint().width(), min(LEAST, self.sizeHint().height()))

    def show_labels(self, classes: tuple[LabelClass, ...], theme: Theme) -> None:
        """A button for each."""
        if self._made_of == (classes, theme):
            return
        self._made_of = (classes, theme)
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self.buttons = [
            LabelButton(one.name, str(one.digit) if one.digit else "", one.slot, theme) for one in classes
        ]
        for at, button in enumerate(self.buttons):
            self._grid.addWidget(button, at // COLUMNS, at % COLUMNS)
            self._grid.setColumnStretch(at % COLUMNS, 1)
            button.set_low(self._low)
            button.show()  # what is hidden yet has no size to ask for
            button.clicked.connect(lambda _=False, name=button.name: self._on_label(name))
        self.updateGeometry()

    def set_low(self, low: bool) -> None:
        """Lower rows, closer together, where a panel has little height."""
        if low != self._low:
            self._low = low
            self._grid.setVerticalSpacing(LOW_SPACING if low else _SPACING)
            for button in self.buttons:
                button.set_low(low)
            self._grid.activate()  # the size to ask for is the new one at once
            self.updateGeometry()

    def check(self, name: str, *, enabled: bool) -> None:
        """The label that is the current annotation's; nothing can be labelled without one."""
        for button in self.buttons:
            button.setEnabled(enabled)
            if button.name == name and not button.isChecked():
                self.ensureWidgetVisible(button, 0, _SPACING)
            button.setChecked(button.name == name)
