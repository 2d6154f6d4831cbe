"""A form made from a dataclass: one row a field, the widget chosen by its type and metadata.

Metadata of a field: label, help, unit, min, max, choices. A parameter is then declared once, where
it is used, and every form follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from enum import Enum
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget


class DataclassForm(QWidget):
    """Edits the fields of a frozen dataclass; value() builds it anew, raising what its checks raise."""

    changed = Signal()

    def __init__(
        self, value: Any, choices: Mapping[str, Sequence[Any]] | None = None, parent: QWidget | None = None
    ) -> None:
        """choices: for fields whose choices are known only now, e.g. the names of a table's features."""
        super().__init__(parent)
        self._type, self._choices = type(value), choices or {}
        self._editors: dict[str, QWidget] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for item in fields(value):
            editor = self._editor(item, getattr(value, item.name))
            editor.setToolTip(item.metadata.get("help", ""))
            self._editors[item.name] = editor
            layout.addRow(item.metadata.get("label", item.name.replace("_", " ")), editor)

    def value(self) -> Any:
        """The dataclass with what is in the fields now."""
        return self._type(**{name: _read(editor) for name, editor in self._editors.items()})

    def editor(self, name: str) -> QWidget:
        """The widget of one field."""
        return self._editors[name]

    def _editor(self, item: Field[Any], value: Any) -> QWidget:
        names = self._choices.get(item.name)
        choices = (
            names or item.metadata.get("choices") or (tuple(type(value)) if isinstance(value, Enum) else ())
        )
        if choices:
            return self._choice(
                choices, [str(c) if names else str(c).replace("_", " ") for c in choices], value
            )
        if isinstance(value, bool):
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(self.changed)
            return box
        if isinstance(value, str):
            line = QLineEdit(value)
            line.textChanged.connect(self.changed)
            return line
        return self._number(item, value)

    def _choice(self, choices: Sequence[Any], texts: Sequence[str], value: Any) -> QComboBox:
        box = QComboBox()
        for choice, text in zip(choices, texts, strict=True):
            box.addItem(text, choice)
        box.setCurrentIndex(list(choices).index(value) if value in choices else 0)
        box.currentIndexChanged.connect(self.changed)
        return box

    def _number(self, item: Field[Any], value: Any) -> QWidget:
        whole = isinstance(value, int) or "int" in str(item.type)
        optional = "None" in str(item.type)
        box: QSpinBox | QDoubleSpinBox = QSpinBox() if whole else QDoubleSpinBox()
        low, high = item.metadata["min"], item.metadata["max"]
        if isinstance(box, QDoubleSpinBox):
            box.setDecimals(item.metadata.get("decimals", 3))
            box.setSingleStep(item.metadata.get("step", 0.1))
        if optional:  # the lowest value stands for "not set"
            low = low - 1 if whole else 0
            box.setSpecialValueText(item.metadata.get("none", "automatic"))
            box.setProperty("none_at", low)
        box.setRange(low, high)
        box.setValue(low if value is None else value)
        box.setSuffix(f" {item.metadata['unit']}" if item.metadata.get("unit") else "")
        box.valueChanged.connect(self.changed)
        return box


def _read(editor: QWidget) -> Any:
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QLineEdit):
        return editor.text()
    assert isinstance(editor, (QSpinBox, QDoubleSpinBox))
    none_at = editor.property("none_at")
    return None if none_at is not None and editor.value() == none_at else editor.value()
