"""Several people: whose labels are shown, adjudicating, labelling blind, differences, conflicts."""

from projector.ui.actions.spec import ActionSpec

ACTIONS = (
    ActionSpec(
        "layer",
        "&Label",
        "Whose labels are sho&wn…",
        lambda c: c.layers.choose(),
        ("Ctrl+Shift+L",),
        needs="library",
        separated=True,
    ),
    ActionSpec(
        "reviewed",
        "&Label",
        "Whose e&vents are reviewed…",
        lambda c: c.layers.choose_reviewed(),
        needs="library",
    ),
    ActionSpec(
        "adjudicate",
        "&Label",
        "Ad&judicate: edit what counts for everybody",
        lambda c: c.layers.toggle_adjudicating(),
        ("Ctrl+Shift+J",),
        needs="library",
        checked=lambda c: c.labels.labelling.layering.adjudicating,
    ),
    ActionSpec(
        "blind",
        "&Label",
        "Label &blind: only your own labels are shown",
        lambda c: c.layers.toggle_blind(),
        ("Ctrl+Shift+B",),
        needs="library",
        checked=lambda c: c.labels.labelling.layering.blind,
    ),
    ActionSpec(
        "differences",
        "&Label",
        "&Differences between two people…",
        lambda c: c.layers.show_differences(),
        ("Ctrl+D",),
        needs="library",
    ),
    ActionSpec(
        "conflicts",
        "&Label",
        "Settle &conflicts…",
        lambda c: c.layers.settle_conflicts(),
        needs="conflict",
    ),
)
