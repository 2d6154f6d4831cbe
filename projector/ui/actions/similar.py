"""Look-alikes in other rides, and many annotations at once."""

from projector.ui.actions.spec import ActionSpec

ACTIONS = (
    ActionSpec(
        "find_similar",
        "&Label",
        "Find &more like this",
        lambda c: c.similar.find(),
        ("Ctrl+M",),
        needs="selection",
        separated=True,
    ),
    ActionSpec(
        "next_similar",
        "&Label",
        "Next look-alike",
        lambda c: c.similar.step(1),
        ("Ctrl+Shift+Down",),
        needs="selection",
    ),
    ActionSpec(
        "previous_similar",
        "&Label",
        "Previous look-alike",
        lambda c: c.similar.step(-1),
        ("Ctrl+Shift+Up",),
        needs="selection",
    ),
    ActionSpec(
        "relabel_selected",
        "&Label",
        "Relabel what is selected on the map…",
        lambda c: c.similar.relabel_selected(),
        ("Ctrl+Shift+E",),
        needs="selection",
    ),
    ActionSpec(
        "realign",
        "&Label",
        "Labels made on other signals…",
        lambda c: c.realign.show(),
        needs="library",
    ),
)
