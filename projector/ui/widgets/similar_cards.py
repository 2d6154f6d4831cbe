"""The cards of 'More like this': |a| of each find over |a| of the chosen moment, on one scale."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from projector.jobs.similar import Find
from projector.ui.theme import Theme
from projector.ui.widgets.choosing import Index, say_instead
from projector.workspace.export import clock

LEAST_WIDE, LEAST_TALL, TALL, WORDS = 150, 84, 128, 34
AROUND = (4, 3, -4, -3)  # of a card, within its cell
Line = Sequence[float | None]


class CardsModel(QAbstractListModel):
    """What each card shows: the find, the ride's id, its label now and the label's slot."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.query: Find | None = None
        self.cards: tuple[tuple[Find, str, str, int], ...] = ()
        self.chosen: frozenset[int] = frozenset()
        self.scale = (0.0, 1.0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.cards):
            return None
        find, ride, label, _ = self.cards[index.row()]
        chosen = ", chosen" if index.row() in self.chosen else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{ride} at {clock(find.start_s, 1)}, now {label or 'no label'}{chosen}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                f"{ride}, {clock(find.start_s, 2)} – {clock(find.stop_s, 2)}\n"
                f"correlation of |a| {figure(find.score)} · distance of the features {find.distance:.2f}\n"
                "click accepts it, double click opens it"
            )
        return None

    def show(
        self, query: Find | None, cards: tuple[tuple[Find, str, str, int], ...], chosen: frozenset[int]
    ) -> None:
        """Other finds start the list anew; other labels or choices only repaint it."""
        anew = query is not self.query or len(cards) != len(self.cards)
        if anew:
            self.beginResetModel()
        self.query, self.cards, self.chosen = query, cards, chosen
        self.scale = _scale([query, *(card[0] for card in cards)] if query else [])
        if anew:
            self.endResetModel()
        elif cards:
            self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))


class SimilarCards(QListView):
    """Cards in rows; Space or a click accepts one, a double click opens it, Enter labels those accepted."""

    toggled = Signal(int)
    opened = Signal(int)
    entered_all = Signal()
    digit = Signal(int)

    def __init__(self, model: CardsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty_text, self._theme = "", theme
        self.setModel(model)
        self._delegate = _Card(theme, self)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName("More like this")
        self.clicked.connect(lambda index: self.toggled.emit(index.row()))
        self.doubleClicked.connect(self._on_double_click)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colours from now on."""
        self._theme = self._delegate.theme = theme
        self.viewport().update()

    def card_size(self) -> QSize:
        """As many cards beside each other as fit, all equally wide; a low panel shows one row in full."""
        room = max(self.viewport().width() - 4, LEAST_WIDE)
        tall = min(max(self.viewport().height() - 2, LEAST_TALL), TALL)
        return QSize(room // max(room // LEAST_WIDE, 1), tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDE, TALL // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() == Qt.Key.Key_Space and row >= 0:
            self.toggled.emit(row)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_all.emit()
        elif event.text().isdecimal() and not event.modifiers():
            self.digit.emit(int(event.text()))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.model().rowCount():
            say_instead(self, self.empty_text, self._theme.muted)

    def _on_double_click(self, index: QModelIndex) -> None:
        self.toggled.emit(index.row())  # its first click accepted it: opening leaves that as it was
        self.opened.emit(index.row())


class _Card(QStyledItemDelegate):
    """Paints a card; its lines are kept as a picture, since to stroke those of all cards takes 50 ms."""

    def __init__(self, theme: Theme, parent: SimilarCards) -> None:
        super().__init__(parent)
        self.theme, self._list = theme, parent
        self._kept: dict[int, tuple[tuple[object, ...], QPixmap]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._list.card_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self._list.model()
        assert isinstance(model, CardsModel)
        row, ratio = index.row(), painter.device().devicePixelRatioF()
        find, ride, label, slot = model.cards[row]
        theme, chosen = self.theme, row in model.chosen
        current = row == self._list.currentIndex().row() and self._list.hasFocus()
        edge = theme.accent if chosen else theme.text if current else theme.border
        colour = theme.label(slot) if slot >= 0 else theme.text  # its grey is that of the chosen moment
        look = (theme.field, edge, 2 if chosen else 1, theme.faint, colour)
        key = (option.rect.size(), ratio, model.query, find, model.scale, look)
        if row not in self._kept or self._kept[row][0] != key:
            self._kept[row] = key, _picture(option.rect.size(), ratio, model, find, look)
        painter.drawPixmap(option.rect.topLeft(), self._kept[row][1])
        painter.save()
        rect = QRectF(option.rect).adjusted(*AROUND)
        self._words(painter, option.font, rect, (ride, find, label, chosen))
        painter.restore()

    def _words(self, painter: QPainter, font: QFont, rect: QRectF, said: tuple[str, Find, str, bool]) -> None:
        ride, find, label, chosen = said
        small = QFont(font)
        small.setPixelSize(max(round(QFontMetricsF(font).height() * 0.74), 9))
        painter.setFont(small)
        metrics, centred = QFontMetricsF(small), int(Qt.AlignmentFlag.AlignCenter)
        first = QRectF(rect.left(), rect.bottom() - WORDS + 3, rect.width(), WORDS / 2 - 2)
        where = f"{ride} · {clock(find.start_s, 0)} · {figure(find.score)}"
        lines = ((where, self.theme.text), (f"now {label or 'no label'}", self.theme.muted))
        for at, (text, colour) in enumerate(lines):
            painter.setPen(QColor(self.theme.text if chosen else colour))
            fits = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
            painter.drawText(first.translated(0, at * (WORDS / 2 - 1)), centred, fits)


def figure(score: float | None) -> str:
    """A correlation with two digits."""
    return "–" if score is None else f"{score:.2f}".replace("-", "−")


def _picture(
    size: QSize, ratio: float, model: CardsModel, find: Find, look: tuple[str, str, int, str, str]
) -> QPixmap:
    """A card without its words: the find's line over the query's, in a box."""
    assert model.query is not None
    field, edge, width, ground, colour = look
    picture = QPixmap(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(QPointF(), size).adjusted(*AROUND).adjusted(0.5, 0.5, -0.5, -WORDS)
    painter.setBrush(QColor(field))
    painter.setPen(QPen(QColor(edge), width))
    painter.drawRoundedRect(box, 6, 6)
    painter.setClipRect(box.adjusted(1, 1, -1, -1))
    inner = box.adjusted(6, 8, -6, -8)
    _draw(painter, inner, model.query, model.scale, ground)
    _draw(painter, inner, find, model.scale, colour)
    painter.end()
    return picture


def _draw(painter: QPainter, room: QRectF, find: Find, scale: tuple[float, float], colour: str) -> None:
    """Extremes as one line up and down each column; it breaks where there is no sample."""
    low, high = scale
    step = room.width() / max(len(find.low) - 1, 1)
    painter.setPen(QPen(QColor(colour), 1.2))
    part: list[QPointF] = []
    for column, (least, most) in enumerate(zip(find.low, find.high, strict=True)):
        if least is None or most is None:
            painter.drawPolyline(QPolygonF(part))
            part = []
            continue
        x = room.left() + column * step
        ends = (least, most) if column % 2 else (most, least)
        part += [QPointF(x, room.bottom() - (end - low) / (high - low) * room.height()) for end in ends]
    painter.drawPolyline(QPolygonF(part))


def _scale(finds: Sequence[Find]) -> tuple[float, float]:
    """From the least to the greatest value of all."""
    values = [
        value for find in finds for line in (find.low, find.high) for value in line if value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    return (low, high) if math.isfinite(high - low) and high > low else (low - 0.5, low + 0.5)
