"""Layouts, panels and themes."""

from projector.ui.actions.spec import ActionSpec
from projector.ui.panels import step_panel

ACTIONS = (
    ActionSpec(
        "layout_inspect",
        "&View",
        "&Inspect",
        lambda c: c.window.set_layout("inspect"),
        ("Ctrl+1",),
        checked=lambda c: c.window.layout_name == "inspect",
    ),
    ActionSpec(
        "layout_label",
        "&View",
        "&Label",
        lambda c: c.window.set_layout("label"),
        ("Ctrl+2",),
        checked=lambda c: c.window.layout_name == "label",
    ),
    ActionSpec(
        "layout_features",
        "&View",
        "&Features",
        lambda c: c.window.set_layout("features"),
        ("Ctrl+3",),
        checked=lambda c: c.window.layout_name == "features",
    ),
    ActionSpec(
        "next_panel",
        "&View",
        "&Next panel",
        lambda c: step_panel(c.window.docks, 1),
        ("F6", "Ctrl+Tab"),
        separated=True,
    ),
    ActionSpec(
        "previous_panel",
        "&View",
        "&Previous panel",
        lambda c: step_panel(c.window.docks, -1),
        ("Shift+F6", "Ctrl+Shift+Tab"),
    ),
    ActionSpec(
        "theme_system",
        "&View",
        "Theme of the &system",
        lambda c: c.window.set_theme_choice("system"),
        checked=lambda c: c.memory.theme == "system",
        separated=True,
    ),
    ActionSpec(
        "theme_dark",
        "&View",
        "&Dark",
        lambda c: c.window.set_theme_choice("dark"),
        checked=lambda c: c.memory.theme == "dark",
    ),
    ActionSpec(
        "theme_light",
        "&View",
        "Ligh&t",
        lambda c: c.window.set_theme_choice("light"),
        checked=lambda c: c.memory.theme == "light",
    ),
)
