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
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from projector.ui.main_window import MainWindow

WINDOW, MAP, TRACE, RIDES = "window", "map", "trace", "rides"


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    needs    'library', 'windows', 'map' or 'selection': what must be there for it to make sense
    checked  for one that toggles: whether it is on
    """

    id: str
    menu: str
    text: str
    call: Callable[["MainWindow"], object]
    keys: tuple[str, ...] = ()
    scope: str = WINDOW
    needs: str = ""
    checked: Callable[["MainWindow"], bool] | None = None
    separated: bool = False


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "&File", "&Open a library…", lambda w: w.ask_for_library(), ("Ctrl+O",)),
    ActionSpec("import", "&File", "&Import recordings…", lambda w: w.import_dialog(), ("Ctrl+I",)),
    ActionSpec("sample", "&File", "Open the &sample library", lambda w: w.open_sample()),
    ActionSpec(
        "export_selection",
        "&File",
        "&Export the selection as CSV…",
        lambda w: w.export_selection(),
        ("Ctrl+E",),
        needs="selection",
        separated=True,
    ),
    ActionSpec("save_map", "&File", "Save the &map as a picture…", lambda w: w.save_view("map"), needs="map"),
    ActionSpec(
        "save_trace",
        "&File",
        "Save the &trace as a picture…",
        lambda w: w.save_view("trace"),
        needs="library",
    ),
    ActionSpec(
        "save_window", "&File", "Save the whole &window as a picture…", lambda w: w.save_view("window")
    ),
    ActionSpec("log", "&File", "Open the &log folder", lambda w: w.open_log_folder(), separated=True),
    ActionSpec("quit", "&File", "&Quit", lambda w: w.close(), ("Ctrl+Q",)),
    ActionSpec(
        "copy", "&Edit", "&Copy id and time", lambda w: w.copy_id_and_time(), ("Ctrl+C",), needs="selection"
    ),
    ActionSpec("find", "&Edit", "&Find a ride or event", lambda w: w.find(), ("Ctrl+F",), needs="library"),
    ActionSpec(
        "filter", "&Edit", "Fi&lter windows", lambda w: w.focus_filter(), ("Ctrl+L",), needs="windows"
    ),
    ActionSpec("clear_filter", "&Edit", "Show all windows again", lambda w: w.show_all(), needs="windows"),
    ActionSpec(
        "deselect",
        "&Edit",
        "&Deselect",
        lambda w: w.workspace.clear_selection("menu"),
        ("Ctrl+Shift+A",),
        needs="selection",
    ),
    ActionSpec("fit_map", "&Map", "&Fit the map", lambda w: w.map.fit(), ("F",), MAP, "map"),
    ActionSpec(
        "zoom_selected",
        "&Map",
        "&Zoom to the selected dot",
        lambda w: w.map.zoom_to_selected(),
        ("Return",),
        MAP,
        "selection",
    ),
    ActionSpec(
        "lasso",
        "&Map",
        "&Lasso (Shift adds, Ctrl takes away)",
        lambda w: w.map.start_lasso(),
        ("L",),
        MAP,
        "map",
    ),
    ActionSpec("rectangle", "&Map", "&Rectangle", lambda w: w.map.start_rectangle(), ("R",), MAP, "map"),
    ActionSpec(
        "project",
        "&Map",
        "&Projection and its parameters…",
        lambda w: w.open_projection_panel(),
        ("Ctrl+P",),
        needs="windows",
        separated=True,
    ),
    ActionSpec("rule", "&Map", "&Window rule…", lambda w: w.rule_dialog(), ("Ctrl+R",), needs="library"),
    ActionSpec(
        "colour", "&Map", "&Colour by…", lambda w: w.colour_picker.open(), ("Ctrl+Shift+C",), needs="windows"
    ),
    ActionSpec("size", "&Map", "&Size by…", lambda w: w.size_picker.open(), needs="windows"),
    ActionSpec(
        "placement",
        "&Map",
        "Tell placed from fitted windows",
        lambda w: w.map.toggle_placement(),
        needs="map",
        checked=lambda w: w.map.shows_placement,
    ),
    ActionSpec("fit_ride", "&Trace", "&Fit the ride", lambda w: w.trace.fit_ride(), ("F",), TRACE, "library"),
    ActionSpec(
        "zoom_event",
        "&Trace",
        "&Zoom to the event",
        lambda w: w.trace.zoom_to_event(),
        ("Return",),
        TRACE,
        "library",
    ),
    ActionSpec(
        "go_to", "&Trace", "&Go to a time…", lambda w: w.trace.ask_for_time(), ("Ctrl+G",), needs="library"
    ),
    ActionSpec(
        "earlier",
        "&Trace",
        "Step &back",
        lambda w: w.trace.step(-0.25),
        ("Left",),
        TRACE,
        "library",
        separated=True,
    ),
    ActionSpec("later", "&Trace", "Step &on", lambda w: w.trace.step(0.25), ("Right",), TRACE, "library"),
    ActionSpec(
        "page_earlier", "&Trace", "Page back", lambda w: w.trace.step(-1), ("PgUp",), TRACE, "library"
    ),
    ActionSpec("page_later", "&Trace", "Page on", lambda w: w.trace.step(1), ("PgDown",), TRACE, "library"),
    ActionSpec(
        "start", "&Trace", "Start of the ride", lambda w: w.trace.go_to_start(), ("Home",), TRACE, "library"
    ),
    ActionSpec("end", "&Trace", "End of the ride", lambda w: w.trace.go_to_end(), ("End",), TRACE, "library"),
    ActionSpec("narrower", "&Trace", "Narrower", lambda w: w.trace.zoom(0.5), ("Up",), TRACE, "library"),
    ActionSpec("wider", "&Trace", "Wider", lambda w: w.trace.zoom(2.0), ("Down",), TRACE, "library"),
    ActionSpec(
        "previous_event",
        "&Trace",
        "&Previous event",
        lambda w: w.trace.step_event(-1),
        ("Shift+Tab", "Alt+Left"),
        TRACE,
        "library",
        separated=True,
    ),
    ActionSpec(
        "next_event",
        "&Trace",
        "&Next event",
        lambda w: w.trace.step_event(1),
        ("Tab", "Alt+Right"),
        TRACE,
        "library",
    ),
    ActionSpec(
        "previous_ride", "&Trace", "Previous ride", lambda w: w.step_ride(-1), ("Ctrl+PgUp",), needs="library"
    ),
    ActionSpec(
        "next_ride", "&Trace", "Next ride", lambda w: w.step_ride(1), ("Ctrl+PgDown",), needs="library"
    ),
    ActionSpec(
        "aligned",
        "&Trace",
        "&Gravity-aligned axes",
        lambda w: w.trace.toggle_aligned(),
        ("G",),
        TRACE,
        "library",
        checked=lambda w: w.trace.aligned,
        separated=True,
    ),
    ActionSpec(
        "crosshair",
        "&Trace",
        "&Crosshair",
        lambda w: w.trace.toggle_crosshair(),
        ("X",),
        TRACE,
        "library",
        checked=lambda w: w.trace.crosshair,
    ),
    ActionSpec(
        "overview",
        "&Trace",
        "&Overview strip",
        lambda w: w.trace.toggle_overview(),
        ("O",),
        TRACE,
        "library",
        checked=lambda w: w.trace.overview,
    ),
    ActionSpec(
        "streams",
        "&Trace",
        "Other &streams",
        lambda w: w.trace.toggle_streams(),
        ("H",),
        TRACE,
        "library",
        checked=lambda w: w.trace.streams_shown,
    ),
    ActionSpec(
        "absolute",
        "&Trace",
        "&Absolute time",
        lambda w: w.toggle_absolute_time(),
        needs="library",
        checked=lambda w: w.trace.absolute_time,
    ),
    ActionSpec(
        "layout_inspect",
        "&View",
        "&Inspect",
        lambda w: w.set_layout("inspect"),
        ("Ctrl+1",),
        checked=lambda w: w.layout_name == "inspect",
    ),
    ActionSpec(
        "layout_label",
        "&View",
        "&Label",
        lambda w: w.set_layout("label"),
        ("Ctrl+2",),
        checked=lambda w: w.layout_name == "label",
    ),
    ActionSpec(
        "layout_features",
        "&View",
        "&Features",
        lambda w: w.set_layout("features"),
        ("Ctrl+3",),
        checked=lambda w: w.layout_name == "features",
    ),
    ActionSpec(
        "theme_system",
        "&View",
        "Theme of the &system",
        lambda w: w.set_theme_choice("system"),
        checked=lambda w: w.memory.theme == "system",
        separated=True,
    ),
    ActionSpec(
        "theme_dark",
        "&View",
        "&Dark",
        lambda w: w.set_theme_choice("dark"),
        checked=lambda w: w.memory.theme == "dark",
    ),
    ActionSpec(
        "theme_light",
        "&View",
        "Ligh&t",
        lambda w: w.set_theme_choice("light"),
        checked=lambda w: w.memory.theme == "light",
    ),
    ActionSpec("keys", "&Help", "&Keys that are live here", lambda w: w.show_keys(), ("?", "F1")),
    ActionSpec("palette", "&Help", "Any &action…", lambda w: w.show_palette(), ("Ctrl+K",)),
    ActionSpec("about", "&Help", "&About Projector", lambda w: w.show_about()),
)

# What the mouse does, for the list of keys.
MOUSE = (
    ("click a dot", "open its moment in the trace"),
    ("Shift+click · Ctrl+click", "add to the selection · toggle"),
    ("wheel", "zoom at the pointer: the map, or time in the trace"),
    ("Ctrl+wheel", "amplitude only, in the trace"),
    ("drag · middle drag · Shift+wheel", "pan"),
    ("click in the trace", "select the window whose centre is nearest"),
    ("click · double click in the legend", "hide a class · show only this class"),
)


def install_actions(window: "MainWindow", scopes: dict[str, QWidget]) -> dict[str, QAction]:
    """Make the actions, put them into the menu bar and on the widgets whose keys they are."""
    made: dict[str, QAction] = {}
    menus = {}
    for spec in ACTIONS:
        action = QAction(spec.text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutVisibleInContextMenu(True)
        action.setCheckable(spec.checked is not None)
        action.triggered.connect(lambda _checked=False, spec=spec: spec.call(window))
        if spec.scope == WINDOW:
            window.addAction(action)
        else:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            scopes[spec.scope].addAction(action)
        menu = menus.get(spec.menu) or menus.setdefault(spec.menu, window.menuBar().addMenu(spec.menu))
        if spec.separated:
            menu.addSeparator()
        menu.addAction(action)
        made[spec.id] = action
    return made


def refresh_actions(window: "MainWindow", actions: dict[str, QAction], present: set[str]) -> None:
    """Enable what can be used now and tick what is on."""
    for spec in ACTIONS:
        actions[spec.id].setEnabled(not spec.needs or spec.needs in present)
        if spec.checked is not None:
            actions[spec.id].setChecked(spec.checked(window))
