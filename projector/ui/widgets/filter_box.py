"""The filter box: a plain expression, how many windows it keeps, and an error under the box."""

import re

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, QStringListModel, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from projector.domain.columns import Category
from projector.domain.errors import ExpressionError
from projector.workspace.workspace import Workspace

_PAUSE_MS = 250
_WORD = re.compile(r"[A-Za-z_][\w|]*$")


class FilterBox(QWidget):
    """Filters while one types, after a short pause; Enter applies at once, Esc clears."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._applying, self._seen = workspace, False, ""
        self.line = QLineEdit()
        self.line.setMinimumWidth(150)
        self.line.setObjectName("filter_box")
        self.line.setPlaceholderText('filter windows, e.g.  label == "fall" and impact__peak > 30')
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName("Filter windows")
        self._count = QLabel(self.line)
        self._count.setProperty("role", "muted")
        self._count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self._error = _ErrorBelow(self)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.apply)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self.line)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._complete)
        self.line.textEdited.connect(self._on_edited)
        self.line.textChanged.connect(lambda text: None if text else self._pause.start())
        self.line.returnPressed.connect(self.apply)
        self.line.installEventFilter(self)
        for signal in (workspace.filter_changed, workspace.table_changed, workspace.projection_changed):
            signal.connect(self._on_filter_changed)

    def sizeHint(self) -> QSize:
        return QSize(420, self.line.sizeHint().height())

    def error_text(self) -> str:
        """What is wrong with the expression, "" when nothing is."""
        return "" if self._error.isHidden() else self._error.text()

    def apply(self) -> None:
        """Take the expression as it stands; an error is shown under the box and changes nothing."""
        self._pause.stop()
        self._applying = True
        try:
            self._workspace.set_filter(self.line.text())
        except ExpressionError as error:
            self._show_error(error)
        else:
            self._show_error(None)
        finally:
            self._applying = False

    def _show_error(self, error: ExpressionError | None) -> None:
        self.line.setProperty("invalid", error is not None)
        self.line.style().polish(self.line)
        if error is None:
            self._error.hide()
            return
        place = f" (at character {error.column + 1})" if error.column is not None else ""
        remedy = f"\n{error.remedy}" if error.remedy else ""
        self._error.show_below(self.line, f"{error.what}{place}{remedy}")

    def _on_edited(self, text: str) -> None:
        self._pause.start()
        word = _WORD.search(text[: self.line.cursorPosition()])
        if word is None or len(word[0]) < 2:
            self._hide_completions()
            return
        self._names.setStringList(list(self._workspace.column_names()))
        self._completer.setCompletionPrefix(word[0])
        self._completer.complete()

    def _hide_completions(self) -> None:
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()

    def _complete(self, name: str) -> None:
        at = self.line.cursorPosition()
        before = _WORD.sub("", self.line.text()[:at])
        written = name if name.isidentifier() else f"`{name}`"
        self.line.setText(before + written + self.line.text()[at:])
        self.line.setCursorPosition(len(before + written))
        self._pause.start()

    def _on_filter_changed(self) -> None:
        if self._workspace.filter_text != self._seen:  # else what is being typed stays
            self._seen = self._workspace.filter_text
            if not self._applying:
                self.line.setText(self._seen)
                self._show_error(None)
        self._show_count()
        column = self._workspace.column("label") if self._workspace.table else None
        if isinstance(column, Category) and column.names:
            self.line.setToolTip(
                "Columns: label, ride, metadata, features. Text stands in quotes.\n"
                'and · or · not · in ["a", "b"] · missing(x) · contains(x, "part") · abs(x)'
            )

    def _show_count(self) -> None:
        counts = self._workspace.counts()
        text = f"{counts['shown']:,} of {counts['all']:,}" if counts["all"] else ""
        self._count.setText(text)
        self._count.adjustSize()
        margin = self._count.width() + 30
        self.line.setTextMargins(0, 0, margin, 0)
        self._count.move(self.line.width() - margin, (self.line.height() - self._count.height()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._show_count)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.line.text()
        ):
            self.line.clear()
            self.apply()
            return True
        if event.type() == QEvent.Type.FocusOut and not self.line.text():
            self._error.hide()
        return super().eventFilter(watched, event)


class _ErrorBelow(QFrame):
    """A small panel that floats under the box, over whatever is there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.setObjectName("panel")
        self._label = QLabel()
        self._label.setProperty("role", "error")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._label)

    def text(self) -> str:
        return self._label.text()

    def show_below(self, box: QWidget, text: str) -> None:
        self._label.setText(text)
        self.setParent(box.window())
        self.adjustSize()
        self.move(box.mapTo(box.window(), QPoint(0, box.height() + 4)))
        self.show()
        self.raise_()
