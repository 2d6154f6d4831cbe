"""What was looked at, and is done."""

from projector.ui.actions.spec import ActionSpec

ACTIONS = (
    ActionSpec(
        "ride_done",
        "&Label",
        "This &ride is done",
        lambda c: c.seen.done(),
        ("Ctrl+Enter", "Ctrl+Return"),
        needs="library",
        separated=True,
    ),
    ActionSpec(
        "ride_not_done",
        "&Label",
        "This ride is not done an&y more",
        lambda c: c.seen.not_done(),
        needs="library",
    ),
)
