"""Editing annotations, undo, and what is saved."""

from projector.ui.actions.spec import TRACE, ActionSpec

ACTIONS = (
    ActionSpec("undo", "&Label", "&Undo the last edit", lambda c: c.labels.undo(), ("Ctrl+Z",), needs="undo"),
    ActionSpec(
        "redo",
        "&Label",
        "&Redo what was undone",
        lambda c: c.labels.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        needs="redo",
    ),
    ActionSpec(
        "draw",
        "&Label",
        "&New annotation: click its two ends",
        lambda c: c.labels.editor.start_drawing(),
        ("A",),
        TRACE,
        "library",
        separated=True,
        listed=True,
    ),
    ActionSpec(
        "begin",
        "&Label",
        "A new one begins at the cursor",
        lambda c: c.labels.begin(),
        ("[",),
        TRACE,
        "library",
        listed=True,
    ),
    ActionSpec(
        "finish",
        "&Label",
        "The new one ends at the cursor",
        lambda c: c.labels.end(),
        ("]",),
        TRACE,
        "library",
        listed=True,
    ),
    ActionSpec(
        "split",
        "&Label",
        "&Split at the cursor",
        lambda c: c.labels.split(),
        ("S",),
        TRACE,
        "event",
        listed=True,
    ),
    ActionSpec(
        "merge",
        "&Label",
        "&Merge with the next",
        lambda c: c.labels.merge(),
        ("Shift+M",),
        TRACE,
        "event",
        listed=True,
    ),
    ActionSpec(
        "delete",
        "&Label",
        "&Delete the annotation",
        lambda c: c.labels.delete(),
        ("Delete", "Backspace"),
        TRACE,
        "event",
    ),
    *(
        ActionSpec(
            f"label_{digit}",
            "&Label",
            f"Label {digit} of the legend",
            lambda c, digit=digit: c.labels.label(digit),  # type: ignore[misc]
            (str(digit),),
            TRACE,
            "library",
            separated=digit == 1,
            listed=True,
        )
        for digit in range(1, 10)
    ),
    ActionSpec(
        "clear_label",
        "&Label",
        "&Clear the label",
        lambda c: c.labels.clear(),
        ("0",),
        TRACE,
        "event",
        listed=True,
    ),
    ActionSpec(
        "switch_edge",
        "&Label",
        "Choose the other &edge",
        lambda c: c.labels.switch_edge(),
        ("E",),
        TRACE,
        "event",
        separated=True,
        listed=True,
    ),
    *(
        ActionSpec(
            f"nudge_{name}",
            "&Label",
            f"Chosen edge {how} {words}",
            lambda c, direction=direction, by_s=by_s: c.labels.nudge(direction, by_s),  # type: ignore[misc]
            (f"{held}{key}",),
            TRACE,
            "event",
            listed=True,
        )
        for held, words, by_s, size in (
            ("", "by a sample", 0.0, "sample"),
            ("Ctrl+", "by 0.1 s", 0.1, "tenth"),
            ("Alt+", "by 1 s", 1.0, "second"),
        )
        for key, how, direction, name in (
            (",", "earlier", -1, f"earlier_{size}"),
            (".", "later", 1, f"later_{size}"),
        )
    ),
    ActionSpec(
        "leave",
        "&Label",
        "Leave, or deselect, one level",
        lambda c: c.labels.leave(),
        ("Esc",),
        TRACE,
        "library",
        separated=True,
    ),
    ActionSpec(
        "save_labels",
        "&Label",
        "Say what is &saved, try the rest again",
        lambda c: c.labels.save(),
        ("Ctrl+S",),
        needs="library",
    ),
    ActionSpec(
        "save_labels_elsewhere",
        "&Label",
        "Save all labels else&where…",
        lambda c: c.labels.save_elsewhere(),
        needs="library",
    ),
)
