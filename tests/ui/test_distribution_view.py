"""The distribution follows filter, choice and selection; a real click selects a bin's windows."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from projector.ui.app import Application
from tests.ui.windows import settle


def test_it_draws_what_is_shown_and_a_click_selects_a_bin(app: Application) -> None:
    app.window.set_layout("features")
    settle(app)
    view = app.window.views["distribution"]
    assert view.feature == "impact__peak"
    assert sum(view.shown.counts) == np.count_nonzero(
        app.workspace.shown & np.isfinite(app.workspace.column(view.feature))
    )
    app.workspace.choose_features(("a__std",))
    app.workspace.set_filter('label == "normal"')
    settle(app)
    assert view.feature == "a__std"
    assert view.shown.names == ("normal",)
    box = view._box
    bin_ = int(np.argmax(view.shown.shares[0]))
    middle = view.shown.edges[bin_ : bin_ + 2].mean()
    at = QPoint(round(box.mapViewToScene(QPointF(middle, 0)).x()), view._plot.viewport().height() // 2)
    QTest.mouseClick(view._plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    values = app.workspace.column("a__std")[app.workspace.rows(app.workspace.selection.ids)]
    assert len(values) == round(view.shown.shares[0][bin_] * view.shown.counts[0])
    assert view.shown.edges[bin_] <= values.min() <= values.max() <= view.shown.edges[bin_ + 1]


def test_the_primary_window_is_marked_and_a_hidden_view_does_no_work(app: Application) -> None:
    view = app.window.views["distribution"]
    app.workspace.select(int(app.workspace.table.windows.ids[11]))
    settle(app)
    assert view.shown is None  # the Inspect layout doesn't show it
    app.window.set_layout("features")
    settle(app)
    value = float(app.workspace.column("impact__peak")[11])
    assert view._line.isVisible()
    assert view._line.value() == np.clip(value, view.shown.edges[0], view.shown.edges[-1])
    app.window.set_theme_choice("light")
    app.workspace.clear_selection()
    settle(app)
    assert not view._line.isVisible()


def test_where_nothing_shown_has_a_label_the_others_are_drawn_as_on_the_map(app: Application) -> None:
    """As in a library that nobody has labelled yet."""
    app.workspace.set_filter(" and ".join(f'label != "{name}"' for name in app.workspace.labels.names))
    count = np.count_nonzero(app.workspace.shown)
    assert count
    said = []
    view = app.window.views["distribution"]
    view.subtitle_changed.connect(said.append)
    app.window.set_layout("features")
    settle(app)
    assert view.shown.codes == (-1,)
    assert f"0 labelled windows, {count:,} without" in said[-1]
    grey = QColor(app.window.theme.missing)
    picture = view._plot.grab().toImage()
    found = (picture.pixelColor(x, y) for x in range(picture.width()) for y in range(0, picture.height(), 4))
    assert any(colour == grey for colour in found)
    (entry,) = [one for one in app.window.map.furniture.legend.entries() if one.name == "no label"]
    assert QColor(entry.colour) == grey
