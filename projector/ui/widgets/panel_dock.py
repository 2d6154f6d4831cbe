"""A view in a dock: a rounded panel whose header says what it is and, quietly, what it shows."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget


class ElidedLabel(QLabel):
    """A label that shortens its text with an ellipsis instead of being clipped; the whole is its tooltip."""

    def __init__(
        self, parent: QWidget | None = None, cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(parent)
        self._whole, self._cut = "", cut

    def set_whole_text(self, text: str) -> None:
        """What to say, however little room there is."""
        if text != self._whole:
            self._whole = text
            self._fit()

    def whole_text(self) -> str:
        return self._whole

    def minimumSizeHint(self) -> QSize:
        """None at all: the text that happens to be shown must not hold a panel wide."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._whole, self._cut, max(self.contentsRect().width(), 0))
        if shown != self.text():
            self.setText(shown)
            self.setToolTip(self._whole if shown != self._whole else "")


class PanelDock(QDockWidget):
    """A dock that holds one view; its title bar is the panel's header and drags it like any other."""

    def __init__(self, name: str, view: QWidget, parent: QWidget) -> None:
        title: str = view.title  # type: ignore[attr-defined]
        super().__init__(title, parent)
        self.setObjectName(f"dock_{name}")
        self.view = view
        self._subtitle = ElidedLabel()
        self._subtitle.setObjectName("panel_subtitle")
        self.setTitleBarWidget(self._header(title))
        self.setWidget(_body(view))
        view.subtitle_changed.connect(self._subtitle.set_whole_text)  # type: ignore[attr-defined]
        # behind another tab a dock counts as visible: its view shall know that nobody sees it
        self.visibilityChanged.connect(view.setVisible)

    def subtitle(self) -> str:
        """What the header says beside the title, whole."""
        return self._subtitle.whole_text()

    def _header(self, title: str) -> QFrame:
        header = QFrame()
        header.setObjectName("panel_header")
        heading = QLabel(title)
        heading.setObjectName("panel_title")
        row = QHBoxLayout(header)
        row.setContentsMargins(12, 7, 10, 3)
        row.setSpacing(10)
        row.addWidget(heading)
        row.addWidget(self._subtitle, 1)
        return header


def _body(view: QWidget) -> QFrame:
    body = QFrame()
    body.setObjectName("panel_body")
    column = QVBoxLayout(body)
    column.setContentsMargins(1, 0, 1, 5)
    column.addWidget(view)
    return body
