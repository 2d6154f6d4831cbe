"""Going through the review queue, and verdicts on what is looked at."""

from projector.ui.actions.spec import QUEUE, TRACE, ActionSpec

ACTIONS = (
    ActionSpec(
        "next_item",
        "&Review",
        "&Next of the review queue",
        lambda c: c.review.step(1),
        ("Space",),
        TRACE,
        "library",
        listed=True,
    ),
    ActionSpec(
        "previous_item",
        "&Review",
        "&Previous of the review queue",
        lambda c: c.review.step(-1),
        ("Shift+Space",),
        TRACE,
        "library",
        listed=True,
    ),
    ActionSpec(
        "right",
        "&Review",
        "&Right; of an alert: true",
        lambda c: c.review.yes(),
        ("Y",),
        TRACE,
        "library",
        separated=True,
        listed=True,
    ),
    ActionSpec(
        "wrong",
        "&Review",
        "&Wrong; of an alert: false (changes no label)",
        lambda c: c.review.no(),
        ("N",),
        TRACE,
        "library",
        listed=True,
    ),
    ActionSpec(
        "unsure", "&Review", "&Unsure", lambda c: c.review.unsure(), ("U",), TRACE, "library", listed=True
    ),
    ActionSpec(
        "harsh",
        "&Review",
        "An alert that was &harsh but harmless",
        lambda c: c.review.harsh(),
        ("B",),
        TRACE,
        "alert",
        listed=True,
    ),
    ActionSpec(
        "data_fault",
        "&Review",
        "An alert from a &fault of the data",
        lambda c: c.review.fault(),
        ("G",),
        QUEUE,
        "alert",
        listed=True,
    ),
    ActionSpec(
        "look_again",
        "&Review",
        "&Look for suspicious labels again",
        lambda c: c.window.review_work.again(),
        needs="windows",
        separated=True,
    ),
)
