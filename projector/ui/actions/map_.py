"""The map: how windows are laid out, looked at, picked."""

from projector.ui.actions.spec import MAP, ActionSpec

ACTIONS = (
    ActionSpec("fit_map", "&Map", "&Fit the map", lambda c: c.map.fit(), ("F",), MAP, "map"),
    ActionSpec(
        "zoom_selected",
        "&Map",
        "&Zoom to the selected dot",
        lambda c: c.map.zoom_to_selected(),
        ("Return", "Enter"),
        MAP,
        "selection",
    ),
    ActionSpec(
        "lasso",
        "&Map",
        "&Lasso (Shift adds, Ctrl takes away)",
        lambda c: c.map.start_lasso(),
        ("L",),
        MAP,
        "map",
    ),
    ActionSpec("rectangle", "&Map", "&Rectangle", lambda c: c.map.start_rectangle(), ("R",), MAP, "map"),
    ActionSpec(
        "project",
        "&Map",
        "&Projection and its parameters…",
        lambda c: c.open_projection_panel(),
        ("Ctrl+P",),
        needs="windows",
        separated=True,
    ),
    ActionSpec(
        "refit",
        "&Map",
        "R&efit the map, from where it is",
        lambda c: c.pipeline.refit(),
        ("Ctrl+Shift+R",),
        needs="map",
    ),
    ActionSpec("rule", "&Map", "&Window rule…", lambda c: c.rule_dialog(), ("Ctrl+R",), needs="library"),
    ActionSpec(
        "colour",
        "&Map",
        "&Colour by…",
        lambda c: c.colour_by(),
        ("Ctrl+Shift+C",),
        needs="windows",
    ),
    ActionSpec("size", "&Map", "&Size by…", lambda c: c.size_by(), needs="windows"),
    ActionSpec(
        "placement",
        "&Map",
        "Tell placed from fitted windows",
        lambda c: c.map.toggle_placement(),
        needs="map",
        checked=lambda c: c.map.shows_placement,
    ),
)
