"""Changing keys: every action by menu with its keys; a press is tried at once, and refused where it is taken.

What is changed here counts at once; nothing has to be saved.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projector.ui.actions import keys
from projector.ui.actions.spec import ActionSpec

HINT = "Choose an action, then click in the field and press the new key."
_PORTABLE = QKeySequence.SequenceFormat.PortableText
_ID = int(Qt.ItemDataRole.UserRole)
_TALL = 20


class KeyDialog(QDialog):
    """Shows bindings and calls `changed` with each new set of them.

    texts    what each action is called now, by id: labels have other names in each library
    """

    def __init__(
        self,
        specs: Sequence[ActionSpec],
        texts: Mapping[str, str],
        bindings: keys.Bindings,
        changed: Callable[[keys.Bindings], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change keys")
        self._specs = {spec.id: spec for spec in specs}
        self._texts, self._changed = texts, changed
        self.bindings = dict(bindings)
        self._usual = keys.defaults(specs)
        self.search, self.tree = QLineEdit(), QTreeWidget()
        self.name, self.message = QLabel(), QLabel(HINT)
        self.edit = QKeySequenceEdit()
        self.replace, self.add = QPushButton("Use this key"), QPushButton("Add as another")
        self.reset, self.reset_all = QPushButton("Reset"), QPushButton("Reset all keys")
        self.removes: list[QPushButton] = []
        self.rows: dict[str, QTreeWidgetItem] = {}  # by action
        self._menus: dict[str, QTreeWidgetItem] = {}
        self._build()
        self._connect()
        self._fill()
        self._on_chosen()

    # --- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        self.search.setPlaceholderText("type to find an action or a key")
        self.search.setAccessibleName("Find an action or a key")
        self.search.setClearButtonEnabled(True)
        self.tree.setHeaderLabels(["Action", "Keys", "Where they are heard"])
        self.tree.setAccessibleName("Actions and their keys")
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.edit.setAccessibleName("New key")
        self.edit.setMaximumSequenceLength(1)
        self.edit.setFinishingKeyCombinations([])
        for line in self.edit.findChildren(QLineEdit):
            line.setPlaceholderText("press the new key")
        self._old = QHBoxLayout()
        self._old.setSpacing(6)
        self.name.setProperty("role", "strong")
        self.message.setProperty("role", "muted")
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(2 * self.message.fontMetrics().height() + 4)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        head, new, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.name)
        head.addLayout(self._old)
        head.addStretch(1)
        for part in (self.edit, self.replace, self.add, self.reset):
            new.addWidget(part, 1 if part is self.edit else 0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot.addWidget(self.reset_all)
        foot.addWidget(buttons, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        for layout in (head, new):
            column.addLayout(layout)
        column.addWidget(self.message)
        column.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in the search field closes nothing
        self.resize(700, 640)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._narrow)
        self.tree.currentItemChanged.connect(lambda *_: self._on_chosen())
        self.tree.itemActivated.connect(lambda *_: self.edit.setFocus())
        self.edit.keySequenceChanged.connect(self._on_pressed)
        self.replace.clicked.connect(lambda: self._take((self._pressed(),)))
        self.add.clicked.connect(lambda: self._take((*self.bindings[self.chosen], self._pressed())))
        self.reset.clicked.connect(self._on_reset)
        self.reset_all.clicked.connect(self._on_reset_all)

    def _fill(self) -> None:
        for spec in self._specs.values():
            if spec.menu not in self._menus:
                self._menus[spec.menu] = top = QTreeWidgetItem(self.tree, [keys.plain(spec.menu)])
                top.setFlags(Qt.ItemFlag.ItemIsEnabled)
                top.setFirstColumnSpanned(True)
                top.setExpanded(True)
                top.setFont(0, self._font(bold=True))
                top.setSizeHint(0, QSize(0, _TALL))
            words = [keys.plain(self._texts.get(spec.id, spec.text)), "", keys.where(spec)]
            item = self.rows[spec.id] = QTreeWidgetItem(self._menus[spec.menu], words)
            item.setData(0, _ID, spec.id)
            item.setSizeHint(0, QSize(0, _TALL))
            item.setToolTip(2, words[2])
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 290)
        header.resizeSection(1, 190)
        self._show_keys()

    def _font(self, *, bold: bool) -> QFont:
        font = QFont(self.tree.font())
        font.setBold(bold)
        return font

    # --- showing ----------------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The id of the action whose keys are changed, "" for none."""
        item = self.tree.currentItem()
        return (item.data(0, _ID) or "") if item is not None else ""

    def choose(self, id_: str) -> None:
        """Make an action the one whose keys are changed."""
        self.tree.setCurrentItem(self.rows[id_])

    def _show_keys(self) -> None:
        for id_, item in self.rows.items():
            usual = " · ".join(map(keys.shown, self._usual[id_])) or "none"
            other = self.bindings[id_] != self._usual[id_]
            now = " · ".join(map(keys.shown, self.bindings[id_]))
            item.setText(1, now)
            item.setFont(1, self._font(bold=other))
            item.setToolTip(1, f"{now or 'none'}, usually {usual}" if other else now)
        self.reset_all.setEnabled(self.bindings != self._usual)

    def _narrow(self, text: str) -> None:
        words, left = text.casefold().split(), set()
        for id_, item in self.rows.items():
            menu = self._specs[id_].menu
            told = f"{keys.plain(menu)} {item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in told for word in words))
            if not item.isHidden():
                left.add(menu)
        for menu, top in self._menus.items():
            top.setHidden(menu not in left)

    def _on_chosen(self) -> None:
        id_ = self.chosen
        self.edit.clear()
        self.edit.setEnabled(bool(id_))
        self.name.setText(keys.plain(self._texts.get(id_, self._specs[id_].text)) if id_ else "")
        for button in self.removes:
            button.hide()
            button.deleteLater()
        self.removes = [self._remove_button(key) for key in self.bindings[id_]] if id_ else []
        self.reset.setEnabled(bool(id_) and self.bindings[id_] != self._usual[id_])
        self._say("" if id_ else HINT)

    def _remove_button(self, key: str) -> QPushButton:
        button = QPushButton(f"{keys.shown(key)}  ✕")
        button.setToolTip("This key no longer")
        button.setAccessibleName(f"Take {keys.shown(key)} away")
        button.setAutoDefault(False)
        button.clicked.connect(
            lambda: self._take(tuple(one for one in self.bindings[self.chosen] if one != key))
        )
        self._old.addWidget(button)
        return button

    def _say(self, text: str, *, error: bool = False) -> None:
        self.message.setText(text)
        self.message.setProperty("role", "error" if error else "muted")
        self.message.style().polish(self.message)
        usable = bool(self.chosen) and bool(self._pressed()) and not error
        self.replace.setEnabled(usable)
        self.add.setEnabled(usable and 0 < len(self.bindings[self.chosen]) < keys.MOST_KEYS)

    # --- what was meant ---------------------------------------------------------------------------

    def _pressed(self) -> str:
        return keys.normal(self.edit.keySequence().toString(_PORTABLE))

    def _on_pressed(self) -> None:
        """Whether this key can be had."""
        id_, key = self.chosen, self._pressed()
        if not id_ or not key:
            self._say("")
        elif key in self.bindings[id_]:
            self._say(f"{keys.shown(key)} does this already.", error=True)
        else:
            why = keys.refusal(tuple(self._specs.values()), self.bindings, self._specs[id_], key)
            self._say(why or f"{keys.shown(key)} is free.", error=bool(why))

    def _take(self, wanted: tuple[str, ...]) -> None:
        self._put({**self.bindings, self.chosen: wanted})

    def _put(self, bindings: dict[str, tuple[str, ...]]) -> None:
        self.bindings = bindings
        self._changed(bindings)
        self._show_keys()
        self._on_chosen()

    def _on_reset(self) -> None:
        """The usual keys again, unless another action has been given one of them."""
        id_, specs = self.chosen, tuple(self._specs.values())
        for key in self._usual[id_]:
            why = keys.refusal(specs, self.bindings, self._specs[id_], key)
            if why:
                self._say(why, error=True)
                return
        self._take(self._usual[id_])

    def _on_reset_all(self) -> None:
        self._put(dict(self._usual))
