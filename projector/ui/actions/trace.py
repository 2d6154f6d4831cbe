"""The trace: where one looks, and what is drawn."""

from projector.ui.actions.spec import TRACE, ActionSpec

ACTIONS = (
    ActionSpec("fit_ride", "&Trace", "&Fit the ride", lambda c: c.trace.fit_ride(), ("F",), TRACE, "library"),
    ActionSpec(
        "fit_amplitude",
        "&Trace",
        "Fit the a&mplitude to what is in view",
        lambda c: c.trace.fit_amplitude(),
        ("Shift+F",),
        TRACE,
        "library",
    ),
    ActionSpec(
        "zoom_event",
        "&Trace",
        "&Zoom to the event",
        lambda c: c.trace.zoom_to_event(),
        ("Return", "Enter"),
        TRACE,
        "library",
    ),
    ActionSpec(
        "go_to", "&Trace", "&Go to a time…", lambda c: c.trace.ask_for_time(), ("Ctrl+G",), needs="library"
    ),
    ActionSpec(
        "earlier",
        "&Trace",
        "Step &back",
        lambda c: c.trace.step(-0.25),
        ("Left",),
        TRACE,
        "library",
        separated=True,
    ),
    ActionSpec("later", "&Trace", "Step &on", lambda c: c.trace.step(0.25), ("Right",), TRACE, "library"),
    ActionSpec(
        "page_earlier", "&Trace", "Page back", lambda c: c.trace.step(-1), ("PgUp",), TRACE, "library"
    ),
    ActionSpec("page_later", "&Trace", "Page on", lambda c: c.trace.step(1), ("PgDown",), TRACE, "library"),
    ActionSpec(
        "start", "&Trace", "Start of the ride", lambda c: c.trace.go_to_start(), ("Home",), TRACE, "library"
    ),
    ActionSpec("end", "&Trace", "End of the ride", lambda c: c.trace.go_to_end(), ("End",), TRACE, "library"),
    ActionSpec("narrower", "&Trace", "Narrower", lambda c: c.trace.zoom(0.5), ("Up",), TRACE, "library"),
    ActionSpec("wider", "&Trace", "Wider", lambda c: c.trace.zoom(2.0), ("Down",), TRACE, "library"),
    ActionSpec(
        "previous_event",
        "&Trace",
        "&Previous event",
        lambda c: c.trace.step_event(-1),
        ("Shift+Tab", "Alt+Left"),
        TRACE,
        "library",
        separated=True,
    ),
    ActionSpec(
        "next_event",
        "&Trace",
        "&Next event",
        lambda c: c.trace.step_event(1),
        ("Tab", "Alt+Right"),
        TRACE,
        "library",
    ),
    ActionSpec(
        "previous_ride", "&Trace", "Previous ride", lambda c: c.step_ride(-1), ("Ctrl+PgUp",), needs="library"
    ),
    ActionSpec(
        "next_ride", "&Trace", "Next ride", lambda c: c.step_ride(1), ("Ctrl+PgDown",), needs="library"
    ),
    ActionSpec(
        "aligned",
        "&Trace",
        "&Gravity-aligned axes",
        lambda c: c.review.fault() if c.review.on_alert else c.trace.toggle_aligned(),
        ("G",),
        TRACE,
        "library",
        checked=lambda c: c.trace.aligned,
        separated=True,
    ),
    ActionSpec(
        "crosshair",
        "&Trace",
        "&Crosshair",
        lambda c: c.trace.toggle_crosshair(),
        ("X",),
        TRACE,
        "library",
        checked=lambda c: c.trace.crosshair,
    ),
    ActionSpec(
        "measure",
        "&Trace",
        "&Measure between two markers",
        lambda c: c.toggle_measure(),
        ("D",),
        TRACE,
        "library",
        checked=lambda c: c.measure.on,
    ),
    ActionSpec(
        "overview",
        "&Trace",
        "&Overview strip",
        lambda c: c.trace.toggle_overview(),
        ("O",),
        TRACE,
        "library",
        checked=lambda c: c.trace.overview,
    ),
    ActionSpec(
        "others",
        "&Trace",
        "Other people's &labels",
        lambda c: c.trace.toggle_others(),
        ("H",),
        TRACE,
        "library",
        checked=lambda c: c.trace.others_shown,
    ),
    ActionSpec(
        "streams",
        "&Trace",
        "Other &streams",
        lambda c: c.trace.toggle_streams(),
        ("Shift+H",),
        TRACE,
        "library",
        checked=lambda c: c.trace.streams_shown,
    ),
    ActionSpec(
        "absolute",
        "&Trace",
        "&Absolute time",
        lambda c: c.toggle_absolute_time(),
        needs="library",
        checked=lambda c: c.trace.absolute_time,
    ),
)
