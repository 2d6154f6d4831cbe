"""What an action is, and on which widgets its keys live.

Bindings are installed on the widget they belong to: single letters and arrows on the map or the
trace, Ctrl combinations and function keys on the window.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projector.ui.commands import Commands

WINDOW, MAP, TRACE, EVENTS, QUEUE = "window", "map", "trace", "events", "queue"


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    needs    'library', 'windows', 'map', 'selection', 'event', 'conflict', 'alert', 'undo' or 'redo':
             what must be there
    checked  for one that toggles: whether it is on
    listed   its keys are live on the list of events and the review queue, too
    """

    id: str
    menu: str
    text: str
    call: Callable[["Commands"], object]
    keys: tuple[str, ...] = ()
    scope: str = WINDOW
    needs: str = ""
    checked: Callable[["Commands"], bool] | None = None
    separated: bool = False
    listed: bool = False
