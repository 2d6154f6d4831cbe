"""What the trace says about itself: which part, how it is drawn, how fast the clock really ran, gaps."""

from projector.processing.overview import Sampling
from projector.ui.items.time_axis import elapsed
from projector.ui.items.trace_scene import TraceScene


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
    if scene.gain != 1.0:
        parts.append(f"amplitude ×{scene.gain:.3g}")
    return " · ".join(parts)
