"""The label vocabulary as a small dialog: classes on the left, what the chosen one means on the right.

What saving would do to annotations is said before it is done; nothing counts before that.
"""

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from projector.annotations.vocabulary import DIGITS, KEEP, LONGEST_NAME, TRIM, checked
from projector.domain.errors import InputError, ProjectorError
from projector.ui.hints import with_keys
from projector.ui.theme import Theme
from projector.ui.widgets.label_list import LabelDelegate, label_item
from projector.ui.widgets.label_mark import label_icon
from projector.ui.widgets.patience import Patience
from projector.ui.widgets.slot_picker import SlotPicker
from projector.workspace.vocabulary import Vocabulary
from projector.workspace.vocabulary_draft import Row, VocabularyDraft

NEW_NAME = "new label"


class VocabularyDialog(QDialog):
    """done_words: what was saved, "" when nothing was."""

    def __init__(self, vocabulary: Vocabulary, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Vocabulary: the labels and what they mean")
        self._vocabulary, self._theme = vocabulary, theme
        self.done_words = ""
        self.draft = VocabularyDraft(vocabulary.classes)
        self._usage = cache(vocabulary.usage)
        self._filling = False
        self.list = QListWidget()
        self.name, self.slot = QLineEdit(), SlotPicker(theme)
        self.digit, self.shape, self.overlap, self.parent_class = (QComboBox() for _ in range(4))
        self.add, self.remove = QPushButton("Add"), QPushButton("Delete")
        self.up, self.down = QPushButton("↑"), QPushButton("↓")
        self.heir, self.relabel = QComboBox(), QPushButton("Relabel and delete")
        self._used, self._message = QLabel(), QLabel()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self._build()
        self._connect()
        self._fill(0)

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.list.setAccessibleName("Labels")
        self.list.setItemDelegate(LabelDelegate(self._theme, self.list))
        self.name.setMaxLength(LONGEST_NAME)
        for box, choices in (
            (self.shape, (("an interval", False), ("a point", True))),
            (self.overlap, (("keep both", KEEP), ("trim the one beneath", TRIM))),
        ):
            for text, value in choices:
                box.addItem(text, value)
        form = QFormLayout()
        form.setVerticalSpacing(9)
        form.setHorizontalSpacing(12)
        for text, widget in (
            *(("name", self.name), ("colour", self.slot), ("key", self.digit), ("drawn as", self.shape)),
            *(("over others", self.overlap), ("stands under", self.parent_class)),
        ):
            form.addRow(text, widget)
            widget.setAccessibleName(text)
            form.labelForField(widget).setProperty("role", "muted")
        left, sides = QVBoxLayout(), QHBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(self._row(self.add, self.remove, self.up, self.down))
        sides.setSpacing(18)
        sides.addLayout(left, 5)
        sides.addLayout(form, 6)
        self.up.setToolTip("Before the one above")
        self.down.setToolTip("After the one below")
        for button in (self.up, self.down):
            button.setFixedWidth(34)
            button.setAccessibleName(button.toolTip())
        self._message.setWordWrap(True)
        self._message.setMinimumHeight(2 * self._message.fontMetrics().height() + 4)
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._heirs = QWidget()
        self._heirs.setLayout(self._row(self._used, self.heir, self.relabel))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addLayout(sides, 1)
        for part in (self._heirs, self._message, self.buttons):
            column.addWidget(part)
        self.resize(600, 430)

    @staticmethod
    def _row(*parts: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in parts:
            row.addWidget(part)
            if isinstance(part, QPushButton):
                part.setAutoDefault(False)
        return row

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(lambda _row: self._show_chosen())
        self.name.textEdited.connect(self._on_name)
        self.slot.picked.connect(self._on_slot)
        self.digit.activated.connect(self._on_digit)
        self.shape.activated.connect(self._on_rules)
        self.overlap.activated.connect(self._on_rules)
        self.parent_class.activated.connect(self._on_parent)
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.relabel.clicked.connect(self._on_relabel)
        self.up.clicked.connect(lambda: self._on_move(-1))
        self.down.clicked.connect(lambda: self._on_move(1))
        self.buttons.accepted.connect(self._on_save)
        self.buttons.rejected.connect(self.reject)

    # --- showing ----------------------------------------------------------------------------------

    @property
    def chosen(self) -> Row | None:
        """The class whose meaning is shown."""
        at = self.list.currentRow()
        return self.draft.rows[at] if 0 <= at < len(self.draft.rows) else None

    def _fill(self, at: int) -> None:
        """The list anew, with one row chosen."""
        self._filling = True
        self.list.clear()
        for row in self.draft.rows:
            one = row.one
            self.list.addItem(label_item(one.name, one.slot, self.draft.depth(row), one.digit))
        self.list.setCurrentRow(min(max(at, 0), len(self.draft.rows) - 1))
        self._filling = False
        self._show_chosen()

    def _show_chosen(self) -> None:
        if self._filling:
            return
        row = self.chosen
        self._heirs.hide()
        for widget in (self.name, self.slot, self.digit, self.shape, self.overlap, self.parent_class):
            widget.setEnabled(row is not None)
        for button in (self.remove, self.up, self.down):
            button.setEnabled(row is not None)
        if row is not None:
            if self.name.text() != row.one.name:
                self.name.setText(row.one.name)
            self._show_rules(row)
        self._say(row)

    def _show_rules(self, row: Row) -> None:
        others = [other.one for other in self.draft.rows if other is not row]
        self.slot.show_choice(row.one.slot, {one.slot: one.name for one in others})
        holders = {one.digit: one.name for one in others}
        self.digit.clear()
        for digit in (0, *DIGITS):
            now = f"   now {holders[digit]}" if digit and digit in holders else ""
            self.digit.addItem(f"{digit or 'none'}{now}", digit)
        self.digit.setCurrentIndex(self.digit.findData(row.one.digit))
        self.shape.setCurrentIndex(self.shape.findData(row.one.point))
        self.overlap.setCurrentIndex(self.overlap.findData(row.one.overlap))
        self.overlap.setEnabled(not row.one.point)
        self.parent_class.clear()
        self.parent_class.addItem("none", "")
        for name in self.draft.possible_parents(row):
            self.parent_class.addItem(name, name)
        self.parent_class.setCurrentIndex(max(self.parent_class.findData(row.one.parent), 0))

    def _say(self, row: Row | None) -> None:
        """What is wrong, else what saving does, else who has the chosen label."""
        error, lines = "", self.draft.consequences(self._usage)
        try:
            checked(self.draft.classes)
        except InputError as problem:
            error = f"{problem.what}: {problem.remedy}" if problem.remedy else problem.what
        if not lines and row is not None and row.original:
            used = self._usage(row.original)
            lines = [f"{row.one.name}: {used.told() or 'no annotation has it'}"]
        if row is None:
            lines = ["No label yet: Add makes the first."]
        more = f"\n… and {len(lines) - 2} more" if len(lines) > 2 else ""
        self._message.setText(error or "\n".join(lines[:2]) + more)
        self._message.setProperty("role", "error" if error else "muted")
        self._message.style().polish(self._message)
        self.save.setEnabled(not error)

    def _changed(self, row: Row) -> None:
        self._fill(self.draft.rows.index(row))

    # --- what was meant ---------------------------------------------------------------------------

    def _on_name(self, text: str) -> None:
        row = self.chosen
        if row is not None:
            self.draft.rename(row, text.strip())
            self.list.currentItem().setText(row.one.name)
            self._say(row)

    def _on_slot(self, slot: int) -> None:
        row = self.chosen
        if row is not None:
            self.draft.set_slot(row, slot)
            self._changed(row)

    def _on_digit(self) -> None:
        row = self.chosen
        if row is not None:
            self.draft.set_digit(row, self.digit.currentData())
            self._changed(row)

    def _on_rules(self) -> None:
        row = self.chosen
        if row is not None:
            self.draft.set_rules(row, point=self.shape.currentData(), overlap=self.overlap.currentData())
            self._show_chosen()

    def _on_parent(self) -> None:
        row = self.chosen
        if row is not None:
            self.draft.set_parent(row, self.parent_class.currentData())
            self._changed(row)

    def _on_add(self) -> None:
        self._changed(self.draft.add(NEW_NAME))
        self.name.setFocus()
        self.name.selectAll()

    def _on_move(self, by: int) -> None:
        row = self.chosen
        if row is not None and self.draft.move(row, by):
            self._changed(row)

    def _on_remove(self) -> None:
        """At once where no annotation has it; else it is asked which label they get instead."""
        row = self.chosen
        if row is None:
            return
        used = [usage for name in self.draft.bearing(row) if (usage := self._usage(name)).annotations]
        if not used:
            others = [told for name in self.draft.bearing(row) if (told := self._usage(name).told_others())]
            self._remove(row, None)
            if others:
                self._message.setText(f"{row.one.name} goes: {others[0]}.")
            return
        self.heir.clear()
        for at, other in enumerate(self.draft.rows):
            if other is not row:
                self.heir.addItem(label_icon(other.one.slot, self._theme), other.one.name, at)
        there = self.heir.count() > 0
        count = sum(usage.annotations for usage in used)
        many = (
            f"{count:,} annotations have it: they become" if count > 1 else "1 annotation has it: it becomes"
        )
        self._used.setText(many if there else f"{many.partition(':')[0]}, and no other label is there for it")
        self.heir.setVisible(there)
        self.relabel.setVisible(there)
        self._heirs.show()

    def _on_relabel(self) -> None:
        row = self.chosen
        if row is not None:
            self._remove(row, self.draft.rows[self.heir.currentData()])

    def _remove(self, row: Row, heir: Row | None) -> None:
        at = self.draft.rows.index(row)
        self.draft.remove(row, heir)
        self._fill(min(at, len(self.draft.rows) - 1))

    def _on_save(self) -> None:
        draft, vocabulary = self.draft, self._vocabulary
        if vocabulary.classes != draft.base:
            self.draft, self._usage = VocabularyDraft(vocabulary.classes), cache(vocabulary.usage)
            self._fill(0)
            self._message.setText("Somebody has changed the vocabulary meanwhile: this is what it is now.")
            return
        renamed = draft.renamed()
        try:
            with Patience(self, "changing the labels") as progress:
                done = vocabulary.change(draft.classes, renamed, progress)
        except ProjectorError as error:
            self._message.setText(f"{error.what}: {error.remedy}" if error.remedy else error.what)
            return
        if progress.cancelled:
            self._message.setText("stopped: nothing was changed")
            return
        if done:
            what = "; ".join(f"{old} is {new} now" for old, new in renamed.items()) or "vocabulary saved"
            self.done_words = with_keys(f"{what} · {{undo}} takes it back")
        self.accept()
