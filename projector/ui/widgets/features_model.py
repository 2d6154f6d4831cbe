"""The features of what is selected as a Qt table: name, value, and where it lies among what is usual."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from projector.domain.errors import InputError
from projector.features.names import parse_name
from projector.features.registry import FEATURES
from projector.ui.widgets.figures import number_text
from projector.workspace.subject import Subject

Index = QModelIndex | QPersistentModelIndex
NAME, VALUE, COLOUR = range(3)
UNUSUAL, BY_NAME, LARGEST = ORDERS = ("most unusual first", "in their order", "largest value first")
STRIP_ROLE, UNIT_ROLE, CHOSEN_ROLE, COLOURED_ROLE = (int(Qt.ItemDataRole.UserRole) + k for k in range(4))
_KNOWN = {feature.name: feature for feature in FEATURES}


@dataclass(frozen=True)
class Strip:
    """What a distribution strip draws: its quantiles at 5, 25, 50, 75, 95 %, the value, its robust z."""

    quantiles: tuple[float, ...]
    value: float
    z: float


def feature_title(name: str) -> str:
    """`az__band_power__3_8hz` as people say it: az band power 3–8 Hz."""
    try:
        parts = parse_name(name)
    except InputError:
        return name
    channel = "|a|" if parts.channel == "a" else parts.channel
    numbers = "–".join(f"{value:g}" for value in parts.arguments)
    argument = f"{numbers} {parts.unit.replace('hz', 'Hz')}".strip()
    return " ".join(filter(None, (channel, parts.kind.replace("_", " "), argument)))


class FeaturesModel(QAbstractTableModel):
    """Rows are features, known by name, in order of the registry or of how unusual they are here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._titles: list[str] = []
        self._subject: Subject | None = None
        self._order: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._words: list[str] = []
        self._by = UNUSUAL
        self._chosen: frozenset[str] = frozenset()
        self._coloured = ""

    def set_subject(self, names: tuple[str, ...], subject: Subject | None) -> None:
        """Show another window's values; names are those of the table's features."""
        self.layoutAboutToBeChanged.emit()
        if names != self._names:
            self._names, self._titles = names, [feature_title(name) for name in names]
        self._subject = subject
        self._reorder()
        self.layoutChanged.emit()

    def set_words(self, text: str) -> None:
        """Keep the features whose name or title holds every word."""
        self.layoutAboutToBeChanged.emit()
        self._words = text.casefold().split()
        self._reorder()
        self.layoutChanged.emit()

    def set_marks(self, chosen: tuple[str, ...], coloured: str) -> None:
        """Which features are tracks, and which one colours the map."""
        self._chosen, self._coloured = frozenset(chosen), coloured
        if len(self._order):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._order) - 1, COLOUR))

    def set_order(self, order: str) -> None:
        """One of ORDERS."""
        self.layoutAboutToBeChanged.emit()
        self._by = order
        self._reorder()
        self.layoutChanged.emit()

    def name(self, row: int) -> str:
        """The feature in a row."""
        return self._names[self._order[row]]

    # --- Qt's questions -----------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else COLOUR + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        subject = self._subject
        if subject is None or not index.isValid():
            return None
        at = int(self._order[index.row()])
        name = self._names[at]
        if role == Qt.ItemDataRole.DisplayRole:
            return {NAME: self._titles[at], VALUE: number_text(float(subject.values[at]))}.get(index.column())
        if role == STRIP_ROLE:
            quantiles = tuple(float(quantile) for quantile in subject.usual.quantiles[:, at])
            return Strip(quantiles, float(subject.values[at]), float(subject.z[at]))
        if role == UNIT_ROLE:
            return unit_of(name) if np.isfinite(subject.values[at]) else ""
        if role == CHOSEN_ROLE:
            return name in self._chosen
        if role == COLOURED_ROLE:
            return name == self._coloured
        return self._about(at) if role == Qt.ItemDataRole.ToolTipRole else None

    # --- inside -------------------------------------------------------------------------------------

    def _reorder(self) -> None:
        rows = np.arange(len(self._names)) if self._subject is not None else np.empty(0, np.intp)
        if self._words and self._subject is not None:
            texts = [
                f"{name}\n{title}".casefold() for name, title in zip(self._names, self._titles, strict=True)
            ]
            rows = np.array([at for at in rows if all(word in texts[at] for word in self._words)], np.intp)
        if self._by != BY_NAME and self._subject is not None:
            key = np.abs(self._subject.z) if self._by == UNUSUAL else self._subject.values
            rows = rows[np.argsort(-key[rows], kind="stable")]  # NaN goes last
        self._order = rows

    def _about(self, at: int) -> str:
        assert self._subject is not None
        name = self._names[at]
        feature = _KNOWN.get(name)
        low, _, median, _, high = (number_text(float(q)) for q in self._subject.usual.quantiles[:, at])
        lines = [name]
        if feature is not None:
            lines += [feature.summary, feature.formula, f"Source: {feature.source}"]
        lines += [
            f"{number_text(float(self._subject.values[at]))} {unit_of(name)}".strip(),
            f"usual: median {median}, 5–95 % {low} to {high} ({self._subject.against})",
            f"{number_text(float(self._subject.z[at]))} robust standard deviations from the median",
            "Click: a track under the trace. Ring: colour the map by it.",
        ]
        return "\n".join(lines)


def unit_of(name: str) -> str:
    """A feature's unit, "" for a plain number."""
    feature = _KNOWN.get(name)
    return "" if feature is None or feature.unit == "1" else feature.unit
