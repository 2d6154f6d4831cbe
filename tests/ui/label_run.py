"""A labeller at work in a process of its own, with real keys and mouse, until it is killed.

    python -m tests.ui.label_run rides.h5

Each line printed is a gesture whose edit was acknowledged as saved: what was done to which annotation, with
the moment that the mouse pointed at. The last line is "held": an edge is then dragged and never let go.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from projector.ui.widgets.trace_grips import START
from projector.workspace.memory import Memory
from tests.ui.hands import ALT, CTRL, NONE, Hand
from tests.ui.windows import opened, settle

EDGES, RELABELS, UNDOS, HELD_PX = 50, 20, 30, 37
Event = tuple[str, float, float, str]


class Labeller(Hand):
    """Works through rides event by event; every gesture is told once it is saved."""

    @property
    def event(self) -> Event:
        """The current event: ride, start, stop, label."""
        workspace = self.app.workspace
        marks, row = workspace.annotations, workspace.event
        name = marks.label_names[int(marks.label[row])]
        ride = workspace.library.id_of(int(marks.ride_number[row]))
        return ride, float(marks.start_s[row]), float(marks.stop_s[row]), name

    def tell(self, what: str, event: Event, **facts: object) -> None:
        """Print a gesture, if the corner of the window says that it is saved."""
        assert self.app.labelling.unsaved == 0
        assert self.app.window._saved.text().startswith("saved ")
        print(json.dumps({"what": what, "event": event, **facts}), flush=True)

    def next_event(self) -> None:
        """Tab goes on; at the ride's last event Ctrl+PageDown to the next ride."""
        before = self.app.workspace.event
        self.key(Qt.Key.Key_Tab)
        if self.app.workspace.event == before:
            self.key(Qt.Key.Key_PageDown, CTRL)
            self.key(Qt.Key.Key_Home)
            self.key(Qt.Key.Key_Tab)
        assert self.app.workspace.event != before

    def move_by_mouse(self, edge: str, by_px: int) -> None:
        """Drag an edge with Alt (no snapping) and Ctrl (neighbours stay); the pointer says where to."""
        event = self.event
        from_s = event[1] if edge == START else event[2]
        self.look(from_s - 4, from_s + 4)
        to_s = self.scene.seconds(self.place(from_s).x() + by_px)
        self.drag(from_s, to_s, ALT | CTRL)
        self.tell("edge", event, edge=edge, to_s=self.scene.seconds(self.place(to_s).x()))

    def move_by_keys(self, edge: str, tenths: int) -> None:
        """E until the edge is the chosen one, then Ctrl+. or Ctrl+, so many times."""
        event = self.event
        if self.app.window.commands.labels.editor.edge != edge:
            self.key("e")
        for _ in range(abs(tenths)):
            self.key("." if tenths > 0 else ",", CTRL)
            self.tell("nudge", event, edge=edge, tenths=1 if tenths > 0 else -1)
            event = self.event

    def relabel(self, digit: int) -> None:
        """A digit."""
        event = self.event
        self.key(str(digit))
        self.tell("label", event, label=self.app.labelling.names()[digit - 1])


def main() -> None:
    qt = QApplication([])
    app = opened(Path(sys.argv[1]), Memory(theme="dark", layout="label", author="anna"))
    app.workspace.show_ride(int(app.workspace.library.numbers[0]))
    settle(app)
    hand = Labeller(app)
    hand.key(Qt.Key.Key_Home)
    for turn in range(EDGES // 2):
        hand.next_event()
        hand.move_by_mouse(("start", "stop")[turn % 2], (-1) ** turn * (11 + turn))
        hand.next_event()
        hand.move_by_keys(("stop", "start")[turn % 2], (-1) ** turn)
    for turn in range(RELABELS):
        hand.next_event()
        names, label = app.labelling.names(), hand.event[3]
        digit = 1 + (names.index(label) + 1 + turn) % min(len(names), 9)
        hand.relabel(digit if names[digit - 1] != label else digit % 9 + 1)
    for _ in range(UNDOS):
        QTest.keyClick(app.window, Qt.Key.Key_Z, CTRL)
        settle(app)
        hand.tell("undo", hand.event)
    hand.next_event()
    start = hand.event[1]
    hand.look(start - 4, start + 4)
    hand.drag_to(start, hand.scene.seconds(hand.place(start).x() + HELD_PX), NONE)
    print("held", flush=True)
    qt.exec()  # the edge is still held when the process is killed


if __name__ == "__main__":
    main()
