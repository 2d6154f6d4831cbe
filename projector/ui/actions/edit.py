"""Finding, filtering, copying."""

from projector.ui.actions.spec import ActionSpec

ACTIONS = (
    ActionSpec(
        "copy", "&Edit", "&Copy id and time", lambda c: c.copy_id_and_time(), ("Ctrl+C",), needs="selection"
    ),
    ActionSpec(
        "find", "&Edit", "&Find a ride; again: an event", lambda c: c.find(), ("Ctrl+F",), needs="library"
    ),
    ActionSpec(
        "filter", "&Edit", "Fi&lter windows", lambda c: c.focus_filter(), ("Ctrl+L",), needs="windows"
    ),
    ActionSpec("clear_filter", "&Edit", "Show &all again", lambda c: c.map.show_all(), needs="windows"),
    ActionSpec(
        "deselect",
        "&Edit",
        "&Deselect",
        lambda c: c.workspace.clear_selection("menu"),
        ("Ctrl+Shift+A",),
        needs="selection",
    ),
)
