"""What the app remembers between two starts: plain JSON in the user's settings folder.

A settings file that cannot be read is set aside, never a reason not to start. Only what a person
chose is in it; nothing that can be computed again.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_log_path

MAX_RECENT = 12


@dataclass
class Memory:
    """The remembered choices; every field has a default that suits a newcomer."""

    recent: list[str] = field(default_factory=list)
    author: str = ""  # whose edits of labels are made here; asked for once
    theme: str = "system"
    layout: str = "inspect"
    window_state: str = ""  # Qt's own, base64
    window_geometry: str = ""
    absolute_time: bool = False
    colouring: str = "label"
    sizing: str = ""
    filter: str = ""
    chosen_features: list[str] = field(default_factory=list)
    rule: dict[str, Any] = field(default_factory=dict)
    method: str = "pca"
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)  # by method
    keys: dict[str, Any] = field(default_factory=dict)  # of actions whose keys were changed, by id
    review: dict[str, Any] = field(default_factory=dict)  # see workspace.review.preferences
    left_alone: list[str] = field(default_factory=list)  # labels of other signals, see workspace.realigning

    def opened(self, path: Path) -> None:
        """Put a library first in the recent files."""
        text = str(path.resolve())
        self.recent = [text, *(other for other in self.recent if other != text)][:MAX_RECENT]


def settings_file() -> Path:
    """Where the settings are; PROJECTOR_CONFIG names another folder."""
    folder = os.environ.get("PROJECTOR_CONFIG")
    return (Path(folder) if folder else user_config_path("projector", appauthor=False)) / "settings.json"


def log_folder() -> Path:
    """Where log files go; PROJECTOR_CONFIG names another folder."""
    folder = os.environ.get("PROJECTOR_CONFIG")
    return Path(folder) / "log" if folder else user_log_path("projector", appauthor=False)


def load_memory(path: Path | None = None) -> Memory:
    """The remembered choices; defaults where there are none or a value has the wrong type."""
    path = path or settings_file()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError):
        _set_aside(path)
        return Memory()
    memory = Memory()
    for item in fields(Memory):
        value = stored.get(item.name) if isinstance(stored, dict) else None
        if type(value) is type(getattr(memory, item.name)):
            setattr(memory, item.name, value)
    return memory


def save_memory(memory: Memory, path: Path | None = None) -> bool:
    """Write the choices whole or not at all; False where the folder can't be written (no nagging)."""
    path = path or settings_file()
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(memory), indent=1), encoding="utf-8")
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        return False
    return True


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_suffix(".unreadable.json"))
    except OSError:
        return
