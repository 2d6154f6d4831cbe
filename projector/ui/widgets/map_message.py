"""What the map says when it has no dots, or while the next ones are being made."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from projector.ui.theme import Theme


class MapMessage(QWidget):
    """A heading, a line under it (which may hold a link), and how far the work is."""

    link_followed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._heading, self._detail = QLabel(self), QLabel(self)
        self._bar = QProgressBar(self, textVisible=False, maximum=1000)
        self._bar.setFixedSize(220, 4)
        self._detail.linkActivated.connect(lambda _: self.link_followed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 10)
        column.setSpacing(5)
        for part in (self._heading, self._detail, self._bar):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignCenter)
        for label in (self._heading, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setObjectName("map_message")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.is_aside = False
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(
            f"#map_message {{ background: {theme.panel}; border-radius: 8px; }}"
            f" QLabel {{ background: transparent; color: {theme.muted}; }}"
            f" QProgressBar {{ background: {theme.grid}; border: none; border-radius: 2px; }}"
            f" QProgressBar::chunk {{ background: {theme.accent}; border-radius: 2px; }}"
        )
        self._heading.setStyleSheet(f"color: {theme.text}; font-weight: 600;")

    def say(
        self,
        heading: str,
        detail: str = "",
        link: str = "",
        fraction: float | None = None,
        is_aside: bool = False,
    ) -> None:
        """Show this; an empty heading hides the message.

        fraction    0 to 1 shows a bar, below 0 a busy one
        is_aside    there are dots to be seen: keep to the upper edge
        """
        self.is_aside = is_aside
        self.setVisible(bool(heading))
        self._heading.setText(heading)
        self._detail.setVisible(bool(detail or link))
        self._detail.setText(
            detail + (f' · <a href="#" style="color:{self._theme.accent}">{link}</a>' if link else "")
        )
        self._detail.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            if link
            else Qt.TextInteractionFlag.NoTextInteraction
        )
        self._bar.setVisible(fraction is not None)
        if fraction is not None:
            self._bar.setMaximum(1000 if fraction >= 0 else 0)
            self._bar.setValue(round(max(fraction, 0) * 1000))
        self.setAccessibleName(f"{heading} {detail}")
        self.adjustSize()

    def fit(self, width: int) -> None:
        """As wide as its text, in several lines where there is less room, px."""
        for label in (self._heading, self._detail):
            label.setWordWrap(False)
        wide = self.sizeHint().width() > width
        for label in (self._heading, self._detail):
            label.setWordWrap(wide)
        self.setFixedWidth(min(self.sizeHint().width(), width) if not wide else width)
        self.adjustSize()

    def text(self) -> str:
        """What is said now, without marks."""
        return f"{self._heading.text()} {self._detail.text()}".strip() if not self.isHidden() else ""
