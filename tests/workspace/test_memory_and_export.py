"""Settings survive damage, exports survive spreadsheets, times read as people read them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projector.workspace.export import clock
from projector.workspace.memory import MAX_RECENT, Memory, load_memory, save_memory


def test_what_is_saved_is_remembered(tmp_path: Path) -> None:
    memory = Memory(theme="light", colouring="rider", chosen_features=["a__peak"])
    memory.opened(tmp_path / "rides.h5")
    assert save_memory(memory, tmp_path / "settings.json")
    assert load_memory(tmp_path / "settings.json") == memory


def test_recent_files_are_in_order_without_repeats(tmp_path: Path) -> None:
    memory = Memory()
    for name in [*"abcdefghijklmno", "c"]:
        memory.opened(tmp_path / name)
    assert [Path(text).name for text in memory.recent[:3]] == ["c", "o", "n"]
    assert len(memory.recent) == MAX_RECENT


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"theme": 3, "recent": "x"}', "\x00\xff"])
def test_damaged_settings_never_stop_the_start(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(damage.encode("latin-1"))
    assert load_memory(path) == Memory()


def test_unreadable_settings_are_set_aside_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{ half a fi")
    load_memory(path)
    assert (tmp_path / "settings.unreadable.json").read_text() == "{ half a fi"


def test_a_value_of_the_wrong_type_falls_back_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": 7, "layout": "label", "unknown": 1}))
    assert load_memory(path) == Memory(layout="label")


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not save_memory(Memory(), tmp_path / "file" / "settings.json")


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [
        (0, 1, "00:00.0"),
        (760.64, 1, "12:40.6"),
        (59.96, 1, "01:00.0"),
        (3723, 0, "1:02:03"),
        (-1.5, 1, "-00:01.5"),
        (12.3456, 3, "00:12.346"),
    ],
)
def test_clock(seconds: float, digits: int, text: str) -> None:
    assert clock(seconds, digits) == text


@given(st.floats(0, 1e6))
def test_clock_reads_back(seconds: float) -> None:
    parts = [float(part) for part in clock(seconds, 3).split(":")]
    total = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    assert total == pytest.approx(seconds, abs=6e-4)
