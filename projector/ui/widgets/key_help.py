"""The list of keys that are live now, made from the live bindings themselves."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


def live_keys(groups: Iterable[tuple[str, Sequence[QAction]]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(keys, what they do)]) of the actions that have keys and can be used now."""
    found = []
    for group, actions in groups:
        rows = [
            (" · ".join(key.toString() for key in action.shortcuts()), action.text().replace("&", ""))
            for action in actions
            if action.isEnabled() and action.shortcuts()
        ]
        if rows:
            found.append((group, rows))
    return found


class KeyHelp(QDialog):
    """Shows the live keys in columns."""

    def __init__(
        self,
        groups: list[tuple[str, list[tuple[str, str]]]],
        mouse: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys that are live here")
        content = QWidget()
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(1, 1)
        row = 0
        for title, rows in [*groups, ("Mouse", list(mouse))]:
            heading = QLabel(title)
            heading.setProperty("role", "strong")
            grid.addWidget(heading, row, 0, 1, 2)
            for keys, text in rows:
                row += 1
                key_label, text_label = QLabel(keys), QLabel(text)
                key_label.setProperty("role", "muted")
                key_label.setAlignment(_TOP)
                text_label.setWordWrap(True)
                grid.addWidget(key_label, row, 0)
                grid.addWidget(text_label, row, 1)
            row += 1
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # what is long is wrapped
        QVBoxLayout(self).addWidget(scroll)
        self.resize(700, 680)
