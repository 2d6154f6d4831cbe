"""Keys, any action, about."""

from projector.ui.actions.spec import ActionSpec

ACTIONS = (
    ActionSpec("keys", "&Help", "&Keys that are live here", lambda c: c.keys.show_live(), ("?", "F1")),
    ActionSpec("change_keys", "&Help", "&Change keys…", lambda c: c.keys.show_dialog()),
    ActionSpec("palette", "&Help", "Any &action…", lambda c: c.show_palette(), ("Ctrl+K",)),
    ActionSpec("about", "&Help", "&About Projector", lambda c: c.show_about()),
)
