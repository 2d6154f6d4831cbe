"""One file a view. A view shows the workspace and sends it intents; no view knows another.

A view is a widget made with `(workspace, theme)`. It has a `title`, the signal `subtitle_changed(str)` and
`set_theme(theme)`. Adding one is its file and a line here; `layouts.py` says where it stands. The event
panel edits labels, and so is made by the main window, which has the means.
"""

from projector.ui.views.distribution_view import DistributionView
from projector.ui.views.events_view import EventsView
from projector.ui.views.inspector_view import InspectorView
from projector.ui.views.map_view import MapView
from projector.ui.views.rides_view import RidesView
from projector.ui.views.trace_view import TraceView

VIEWS = (
    ("rides", RidesView),
    ("events", EventsView),
    ("map", MapView),
    ("trace", TraceView),
    ("inspector", InspectorView),
    ("distribution", DistributionView),
)
