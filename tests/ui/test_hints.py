"""A text that names a key names the one that works now: none has a default key written into it."""

import ast
import re
from pathlib import Path

import projector.ui
from projector.ui.actions import ACTIONS
from projector.ui.actions.keys import defaults, words
from projector.ui.hints import use, with_keys

WORDS = {"Space", "Tab"}  # keys that are words; letters alone are found only where they stand before a verb
SOURCES = [path for path in Path(projector.ui.__file__).parent.rglob("*.py") if path.parent.name != "actions"]


def texts(path: Path) -> list[str]:
    """What a module may show: its strings, but for the sentences that explain it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str) and id(node) not in explained]


def test_no_text_has_a_key_written_into_it() -> None:
    keys = {key for several in defaults(ACTIONS).values() for key in several}
    held = {key for key in keys if "+" in key} | (keys & WORDS)
    found = re.compile(r"(?<![\w+])(" + "|".join(map(re.escape, sorted(held))) + r")(?![\w+])")
    assert len(held) > 30
    assert found.search("deleted · Ctrl+Z takes it back")
    wrong = [(path.name, text) for path in SOURCES for text in texts(path) if found.search(text)]
    assert wrong == []


def test_hints_follow_the_keys_and_name_the_menu_where_there_is_none() -> None:
    usual = defaults(ACTIONS)
    try:
        use(words(ACTIONS, {**usual, "undo": ("Ctrl+U",), "next_item": ()}))
        assert with_keys("gone · {undo} takes it back") == "gone · Ctrl+U takes it back"
        assert with_keys("{next_item} goes on, {no_action} stays") == (
            "“Next of the review queue” goes on, {no_action} stays"
        )
    finally:
        use(words(ACTIONS, usual))
