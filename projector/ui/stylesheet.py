"""The window's Qt style sheet: resources/themes/window.qss with a theme's colours put in."""

from string import Template

from projector.assets import asset
from projector.ui.theme import Theme


def stylesheet(theme: Theme) -> str:
    """The style sheet of a theme."""
    colours = {key: value for key, value in vars(theme).items() if isinstance(value, str)}
    icons = asset("resources", "icons").as_posix()
    sheet = asset("resources", "themes", "window.qss").read_text(encoding="utf-8")
    return Template(sheet).substitute(colours, icons=icons)
