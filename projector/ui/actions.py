"""Every action as data: id, where it stands in the menus, its keys, where they live, what it calls.

Menus, tool tips, the list of live keys and the command palette are made from this one table.
Bindings are installed on the widget they belong to: single letters and arrows on the map or the
trace, Ctrl combinations and function keys on the window.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

if TYPE_CHECKING:
    from projector.ui.commands import Commands

WINDOW, MAP, TRACE, EVENTS = "window", "map", "trace", "events"


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    needs    'library', 'windows', 'map', 'selection', 'event', 'undo' or 'redo': what must be there
    checked  for one that toggles: whether it is on
    listed   its keys are live on the list of events, too
    """

    id: str
    menu: str
    text: str
    call: Callable[["Commands"], object]
    keys: tuple[str, ...] = ()
    scope: str = WINDOW
    needs: str = ""
    checked: Callable[["Commands"], bool] | None = None
    separated: bool = False
    listed: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "&File", "&Open a library…", lambda c: c.ask_for_library(), ("Ctrl+O",)),
    ActionSpec("import", "&File", "&Import recordings…", lambda c: c.import_dialog(), ("Ctrl+I",)),
    ActionSpec("sample", "&File", "Open the &sample library", lambda c: c.open_sample()),
    ActionSpec(
        "export_selection",
        "&File",
        "&Export the selection as CSV…",
        lambda c: c.export_selection(),
        ("Ctrl+E",),
        needs="selection",
        separated=True,
    ),
    ActionSpec("save_map", "&File", "Save the &map as a picture…", lambda c: c.save_view("map"), needs="map"),
    ActionSpec(
        "save_trace",
        "&File",
        "Save the &trace as a picture…",
        lambda c: c.save_view("trace"),
        needs="library",
    ),
    ActionSpec(
        "save_window", "&File", "Save the whole &window as a picture…", lambda c: c.save_view("window")
    ),
    ActionSpec("log", "&File", "Open the &log folder", lambda c: c.open_log_folder(), separated=True),
    ActionSpec("quit", "&File", "&Quit", lambda c: c.window.close(), ("Ctrl+Q",)),
    ActionSpec(
        "copy", "&Edit", "&Copy id and time", lambda c: c.copy_id_and_time(), ("Ctrl+C",), needs="selection"
    ),
    ActionSpec(
        "find", "&Edit", "&Find a ride or event", lambda c: c.find_ride(), ("Ctrl+F",), needs="library"
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
    ActionSpec("fit_map", "&Map", "&Fit the map", lambda c: c.map.fit(), ("F",), MAP, "map"),
    ActionSpec(
        "zoom_selected",
        "&Map",
        "&Zoom to the selected dot",
        lambda c: c.map.zoom_to_selected(),
        ("Return",),
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
        ("Return",),
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
        lambda c: c.trace.toggle_aligned(),
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
        "streams",
        "&Trace",
        "Other &streams",
        lambda c: c.trace.toggle_streams(),
        ("H",),
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
    ActionSpec(
        "layout_inspect",
        "&View",
        "&Inspect",
        lambda c: c.window.set_layout("inspect"),
        ("Ctrl+1",),
        checked=lambda c: c.window.layout_name == "inspect",
    ),
    ActionSpec(
        "layout_label",
        "&View",
        "&Label",
        lambda c: c.window.set_layout("label"),
        ("Ctrl+2",),
        checked=lambda c: c.window.layout_name == "label",
    ),
    ActionSpec(
        "layout_features",
        "&View",
        "&Features",
        lambda c: c.window.set_layout("features"),
        ("Ctrl+3",),
        checked=lambda c: c.window.layout_name == "features",
    ),
    ActionSpec(
        "theme_system",
        "&View",
        "Theme of the &system",
        lambda c: c.window.set_theme_choice("system"),
        checked=lambda c: c.memory.theme == "system",
        separated=True,
    ),
    ActionSpec(
        "theme_dark",
        "&View",
        "&Dark",
        lambda c: c.window.set_theme_choice("dark"),
        checked=lambda c: c.memory.theme == "dark",
    ),
    ActionSpec(
        "theme_light",
        "&View",
        "Ligh&t",
        lambda c: c.window.set_theme_choice("light"),
        checked=lambda c: c.memory.theme == "light",
    ),
    ActionSpec("keys", "&Help", "&Keys that are live here", lambda c: c.show_keys(), ("?", "F1")),
    ActionSpec("palette", "&Help", "Any &action…", lambda c: c.show_palette(), ("Ctrl+K",)),
    ActionSpec("about", "&Help", "&About Projector", lambda c: c.show_about()),
)

# What the mouse does, for the list of keys.
MOUSE = (
    ("click a dot", "open its moment in the trace"),
    ("Shift+click · Ctrl+click", "add to the selection · toggle"),
    ("wheel", "zoom at the pointer: the map, or time in the trace"),
    ("Ctrl+wheel", "amplitude only, in the trace"),
    ("drag · middle drag · Shift+wheel", "pan"),
    ("click in the trace", "select the window whose centre is nearest, and the annotation there"),
    ("Shift+drag in the trace", "new annotation; with Ctrl+click a point"),
    ("drag an annotation's edge", "resize it; a shared edge moves both neighbours, with Ctrl only this one"),
    ("drag in the label row", "move the selected annotation"),
    ("Alt while dragging", "no snapping to samples, neighbours' edges and peaks of |a|"),
    ("click · double click in the legend", "hide a class · show only this class"),
)


def install_actions(
    commands: "Commands", menu_bar: QMenuBar, menus: dict[str, QMenu], scopes: dict[str, QWidget]
) -> dict[str, QAction]:
    """Make the actions, put them into menus (which are added to `menus`) and on the widgets of their keys."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = made[spec.id] = _action(spec, commands)
        scope = scopes[spec.scope]
        if spec.scope != WINDOW:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        scope.addAction(action)
        if spec.listed:
            scopes[EVENTS].addAction(action)
        if spec.menu not in menus:
            menus[spec.menu] = menu_bar.addMenu(spec.menu)
        if spec.separated:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(action)
    return made


def _action(spec: ActionSpec, commands: "Commands") -> QAction:
    action = QAction(spec.text, commands.window)
    action.setObjectName(spec.id)
    action.setShortcuts([QKeySequence(key) for key in spec.keys])
    action.setCheckable(spec.checked is not None)
    action.triggered.connect(lambda _checked=False: spec.call(commands))
    return action


def refresh_actions(commands: "Commands", actions: dict[str, QAction], present: set[str]) -> None:
    """Enable what can be used now and tick what is on."""
    for spec in ACTIONS:
        actions[spec.id].setEnabled(not spec.needs or spec.needs in present)
        if spec.checked is not None:
            actions[spec.id].setChecked(spec.checked(commands))
