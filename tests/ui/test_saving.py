"""Files that are saved: what is read back is what was there, and who stops it keeps the old file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from projector.domain.progress import Cancelled
from projector.ui import png, saving
from projector.ui.items import map_export
from projector.ui.items.map_pane import as_image
from projector.ui.widgets import patience
from tests.ui.test_map_dots import canvas_of, made_scene, made_table
from tests.ui.test_patience import press_cancel

png_rows = png._AT_ONCE


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 300))
def test_a_png_written_some_rows_at_a_time_is_the_picture(wide: int, high: int, at_once: int) -> None:
    pixels = np.random.default_rng(wide * high).integers(0, 2**24, (high, wide), np.uint32) | 0xFF000000
    counted: list[float] = []
    try:
        png._AT_ONCE = at_once
        data = png.png_of(as_image(pixels), lambda done, total, what="": counted.append(done / total))
    finally:
        png._AT_ONCE = png_rows
    read = QImage.fromData(data).convertToFormat(QImage.Format.Format_RGB32)
    assert np.array_equal(np.frombuffer(read.constBits(), np.uint32).reshape(high, wide), pixels)
    assert len(counted) == -(-high // max(at_once // wide, 1))
    assert counted == sorted(counted)
    assert counted[-1] < 1


def test_dots_drawn_strip_by_strip_are_those_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = made_scene(2000, 4, shapes=True, selected=True)
    view = map_export.Viewport(30.0, -40, -30, 90, 70)
    monkeypatch.setattr(map_export, "STRIP", 7 * 90)  # less than a dot is high, sometimes
    drawn = map_export.picture(scene, view, made_table(), 1.0)
    assert len(np.unique(drawn)) > 5
    assert np.array_equal(drawn, canvas_of(scene, view).picture())


def test_a_picture_that_is_stopped_leaves_the_old_file(app, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(patience, "SHOWN_AFTER_S", 0.0)
    monkeypatch.setattr(patience, "_STEP_S", 0.0)
    monkeypatch.setattr(map_export, "MOST_SHAPES", 0)
    monkeypatch.setattr(png, "_AT_ONCE", 20_000)
    for name in ("map.png", "map.svg", "trace.png", "window.png"):
        path, seen = tmp_path / name, list[str]()
        path.write_text("old")
        monkeypatch.setattr(saving, "ask_where", lambda *_, path=path: path)
        save, before = app.window.actions_by_id[f"save_{path.stem}"], set(tmp_path.iterdir())
        press_cancel(app, seen)
        save.trigger()
        assert len(seen) == 1
        assert path.read_text() == "old"
        assert set(tmp_path.iterdir()) == before
        assert app.window.statusBar().currentMessage() == "stopped: nothing was written"
        save.trigger()
        assert path.stat().st_size > 3000
        assert path.name in app.window.statusBar().currentMessage()


def test_a_file_that_is_not_written_to_its_end_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "selection.csv"
    path.write_text("old")
    monkeypatch.setattr(saving, "_AT_ONCE", 10)

    def stop(done: float, total: float, what: str = "") -> None:
        assert (total, what) == (35, "writing the file")
        if done:
            assert len(list(tmp_path.iterdir())) == 2
            raise Cancelled

    with pytest.raises(Cancelled):
        saving._write(path, b"x" * 35, stop)  # in the thread that `write_whole` has
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
