"""Texts that name a key: {undo} in one stands for the key that does it now, or for the menu's words.

Keys are a person's, and a process has one: they are set here when the settings are read, and when somebody
changes them. So a text tells the key that works, wherever it is made.
"""

import re
from collections.abc import Mapping

_NAMED = re.compile(r"\{(\w+)\}")
_now: dict[str, str] = {}


def use(words: Mapping[str, str]) -> None:
    """This is what texts say from now on, by the action's id."""
    _now.update(words)


def with_keys(text: str) -> str:
    """A text with the key of each action that it names in braces; what names none stays as it is."""
    return _NAMED.sub(lambda found: _now.get(found[1], found[0]), text)
