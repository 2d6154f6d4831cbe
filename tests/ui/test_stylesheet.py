"""What Qt draws itself takes the theme's colours, too."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox

from projector.ui.stylesheet import stylesheet
from projector.ui.theme import load_theme


@pytest.mark.parametrize("name", ["dark", "light"])
def test_a_check_box_is_no_white_spot_and_its_tick_is_seen(qapp: object, name: str) -> None:
    theme = load_theme(name)
    box = QCheckBox("write over files")
    box.setStyleSheet(stylesheet(theme))
    box.resize(140, 24)
    box.ensurePolished()

    def colours() -> list[QColor]:
        image = box.grab().toImage()
        return [image.pixelColor(x, y) for x in range(3, 11) for y in range(8, 16)]

    assert set(map(QColor.name, colours())) == {theme.field}
    box.setChecked(True)
    checked = colours()
    assert checked.count(QColor(theme.accent)) > len(checked) / 3
    tick = max(abs(one.lightness() - QColor(theme.accent).lightness()) for one in checked)
    assert tick > 80, "the tick stands out"
    box.deleteLater()
