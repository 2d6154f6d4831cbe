"""Bringing data in and taking it out."""

from projector.ui.actions.spec import ActionSpec
from projector.ui.label_files import copy_library, export_labels, import_labels

ACTIONS = (
    ActionSpec("open", "&File", "&Open a library…", lambda c: c.ask_for_library(), ("Ctrl+O",)),
    ActionSpec("import", "&File", "&Import recordings…", lambda c: c.import_dialog(), ("Ctrl+I",)),
    ActionSpec("sample", "&File", "Open the &sample library", lambda c: c.open_sample()),
    ActionSpec(
        "import_labels",
        "&File",
        "Import la&bels…",
        lambda c: import_labels(c.window),
        needs="library",
        separated=True,
    ),
    ActionSpec(
        "export_labels", "&File", "E&xport labels…", lambda c: export_labels(c.window), needs="library"
    ),
    ActionSpec(
        "copy_library",
        "&File",
        "&Work on a copy of this library…",
        lambda c: copy_library(c.window),
        needs="library",
    ),
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
)
