"""What the trace says about itself: which part, how it is drawn, how fast the clock really ran, gaps."""

from PySide6.QtCore import QPointF

from projector.processing.overview import MAGNITUDE, Sampling
from projector.ui.items.bands import Bands
from projector.ui.items.bands_fade import uncertainty_text
from projector.ui.items.strip import strip_range
from projector.ui.items.time_axis import elapsed
from projector.ui.items.trace_frame import Frame, Viewport
from projector.ui.items.trace_lanes import key_of, title_of, under_title
from projector.ui.items.trace_model import LABELS, OTHERS, SignalLane
from projector.ui.items.trace_scene import TraceScene
from projector.ui.items.tracks import figure
from projector.workspace.seen import RULE


def told(scene: TraceScene, aligned: bool) -> str:
    """'ride_0317 · 12:38–12:46 of 34:12 · 1:1, every sample drawn · 99.2 Hz (declared 100) · no gap in view'.

    What departs from the usual is added: turned axes, another amplitude.
    """
    view, ride, columns = scene.view, scene.ride, scene.frame.columns
    step = min(scene.axis.step(view.span_s, max(scene.layout.plot.width(), 1.0)), 1.0)
    sampling = ride.main.pyramid.sampling(view.start_s, view.stop_s, columns)
    gaps = f"{sampling.gaps:,} gap{'s' * (sampling.gaps != 1)}" if sampling.gaps else "no gap"
    parts = [
        ride.id,
        f"{scene.axis.text(view.start_s, step)}–{scene.axis.text(view.stop_s, step)}"
        f" of {elapsed(ride.stop_s - ride.start_s)}",
        str(Sampling(sampling.samples, columns, 0)),
        ride.main.rate,
        f"{gaps} in view",
    ]
    if aligned:
        parts.append("turned: gravity along +z")
    if scene.fixed:
        parts.append(f"the same ±{figure(scene.fixed)} m/s² for every ride")
    if scene.gain != 1.0:
        parts.append(f"amplitude ×{scene.gain:.3g}")
    return " · ".join(parts)


def explain(scene: TraceScene, at: QPointF) -> str:
    """What is at a place: an annotation in full, a lane's whole name, the strip's scale."""
    lane, strip = scene.layout.lane_at(at.y()), scene.strip_scale()
    if strip is not None and strip.rect.top() <= at.y() <= strip.rect.bottom():
        return explain_strip(scene)
    if at.x() < scene.layout.plot.left():
        return explain_lane(scene, lane)
    if lane == OTHERS:
        return explain_other(scene, at)
    found = scene.annotation_at(at) if lane == LABELS else -1
    return explain_annotation(scene, found) if found >= 0 else ""


def explain_annotation(scene: TraceScene, i: int) -> str:
    """'phone drop · 12:40.60–12:43.60 · 3 s'."""
    return _explained(scene, scene.ride.bands, i)


def explain_other(scene: TraceScene, at: QPointF) -> str:
    """The same of another layer's annotation under the pointer, with the layer's name before it."""
    layer = scene.other_row(at.y())
    if layer is None:
        return ""
    slack = 4 * scene.view.span_s / scene.layout.plot.width()
    found = layer.bands.at(scene.seconds(at.x()), slack_s=slack)
    return layer.name if found is None else f"{layer.name}: {_explained(scene, layer.bands, found)}"


def _explained(scene: TraceScene, bands: Bands, i: int) -> str:
    start, stop, name = float(bands.start[i]), float(bands.stop[i]), bands.names[int(bands.label[i])]
    unsure = uncertainty_text(bands.uncertainty(i))
    end = f" · {unsure}" if unsure else ""
    if start == stop:
        return f"{name} · {scene.axis.text(start, 0.01)}{end}"
    span = f"{scene.axis.text(start, 0.01)}–{scene.axis.text(stop, 0.01)} · {stop - start:.4g} s"
    return f"{name} · {span}{end}"


def explain_lane(scene: TraceScene, key: str | None) -> str:
    """A lane's whole name, its unit and its range over the ride."""
    lane = next((lane for lane in scene.lanes() if key_of(lane) == key), None)
    if lane is None:
        return ""
    if isinstance(lane, SignalLane):
        limits = scene.limits(lane)
        where = "for every ride" if scene.fixed and lane.main else "in this ride"
        span = f"{figure(limits.low)} … {figure(limits.high)} {lane.unit} {where}"
        return f"{lane.stream}: {', '.join(part.name for part in lane.series)} · {span}"
    return " · ".join(part for part in (title_of(lane, scene.ride), under_title(lane, scene.ride)) if part)


def explain_strip(scene: TraceScene) -> str:
    """What the strip's height stands for: it is scaled to what is usual, which has to be said."""
    view = Viewport(scene.ride.start_s, scene.ride.stop_s)
    part = Frame(scene.ride, view, scene.frame.columns).slice(scene.ride.main.name)
    low, high = strip_range(part, scene.ride.main.pyramid.channels.index(MAGNITUDE))
    return (
        f"|a| of the whole ride, {figure(low)} to {figure(high)} m/s²: higher is cut off at the top\n"
        f"along the foot, lightly: looked at ({RULE}); fully: marked as done"
    )
