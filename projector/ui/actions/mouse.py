"""What the mouse does, for the list of keys."""

MOUSE = (
    ("click · double click a dot", "open its moment in the trace · zoom to it"),
    ("Shift+click · Ctrl+click", "add to the selection · toggle"),
    ("wheel", "zoom at the pointer: the map, or time in the trace"),
    ("Ctrl+wheel", "amplitude only, in the trace"),
    ("drag · middle drag · Shift+wheel", "pan"),
    ("click in the trace", "select the window whose centre is nearest, and the annotation there"),
    ("double click in the trace", "zoom to the event there"),
    ("double click beside a lane", "amplitude to what is in view; once more: the whole ride's range"),
    ("Shift+drag in the trace", "new annotation; with Ctrl+click a point"),
    ("drag an annotation's edge", "resize it; a shared edge moves both neighbours, with Ctrl only this one"),
    ("drag in the label row", "move the selected annotation"),
    ("Alt while dragging", "no snapping to samples, neighbours' edges and peaks of |a|"),
    ("click · double click in the legend", "hide a class · show only this class"),
)
