"""What the map says in words: how it was made, how far to trust it, what is selected, what a dot is."""

from collections.abc import Mapping, Sequence

import numpy as np

from projector.domain.columns import Category
from projector.domain.ids import ride_numbers
from projector.domain.nouns import Placement, Projection
from projector.ui.hints import with_keys
from projector.ui.items.dots_palette import look_of, number_colour
from projector.ui.items.map_gestures import Lasso, Rectangle
from projector.ui.theme import Theme
from projector.ui.widgets.hover_card import CardText
from projector.ui.widgets.legend import Entry
from projector.ui.widgets.ramp_legend import number
from projector.workspace.columns import MAP_QUALITY
from projector.workspace.layering import HIDDEN
from projector.workspace.vocabulary import vocabulary_of
from projector.workspace.workspace import Workspace

PLACEMENT_KEY = "filled: fitted · outline: placed · ringed: off the map"
METHOD_NAMES = {"pca": "PCA", "umap": "UMAP"}
_WHERE = {"lasso": "in the lasso", "rectangle": "in the rectangle"}


Marker = tuple[str, str]
Line = tuple[str, Marker | None]
Message = tuple[str, str, str, float | None, bool]


def message_of(workspace: Workspace, busy: tuple[str, float | None] | None) -> Message:
    """What stands in for dots, or beside them while work goes on: as MapMessage.say wants it."""
    counts = workspace.counts()
    if busy is not None:
        text, fraction = busy
        there_are_dots = counts["shown"] > 0
        said = text.split(":")[0] if there_are_dots else text  # the status bar says all of it
        return said, "", "", -1.0 if fraction is None else fraction, there_are_dots
    if workspace.library is None:
        said = with_keys(
            "Open a library ({open}), the sample (File menu), or drop a library or a folder of recordings"
        )
        return "No recordings yet", said, "", None, False
    if workspace.table is None:
        return "No windows yet", "the rides are cut into windows first", "", None, False
    if not counts["all"]:
        return "No windows", "every ride is shorter than the window rule's length", "", None, False
    if workspace.projection is None:
        return "No map yet", f"{plural(counts['all'], 'window')} wait for a projection", "", None, False
    if counts["not placed"] == counts["all"]:
        return "No window could be placed", "all have gaps or features without a value", "", None, False
    if not counts["shown"]:
        clear = "clear filter" if workspace.filter_text else "show all classes"
        return "No dots to show", f"0 of {counts['all']:,} windows match", clear, None, False
    return "", "", "", None, False


def mode_text(mode: type[Lasso] | type[Rectangle] | None) -> str:
    """What a drag does now, if it does not pan."""
    if mode is None:
        return ""
    name = "Lasso" if mode is Lasso else "Rectangle"
    return f"{name}: drag around dots · Shift adds · Ctrl takes away · both intersect · Esc leaves"


def _nothing(workspace: Workspace) -> str:
    """What dots without a value are called."""
    if workspace.colouring.name != "label":
        return "no value"
    return HIDDEN if workspace.blind else "no label"


def legend_entries(workspace: Workspace, theme: Theme) -> list[Entry]:
    """The classes that occur, by slot in the palette, labels by the vocabulary. Missing comes last."""
    colouring = workspace.colouring
    if colouring.codes is None or not colouring.names or len(colouring.codes) != len(workspace.shown):
        return []
    counted = colouring.codes[workspace.shown] if workspace.filter_text else colouring.codes[:0]
    shown = np.bincount(counted + 1, minlength=len(colouring.names) + 1)
    classes = vocabulary_of(workspace) if colouring.name == "label" else ()
    places = {one.name: at for at, one in enumerate(classes)}
    order = sorted(
        range(len(colouring.names)),
        key=lambda code: (places.get(colouring.names[code], len(places)), colouring.slots[code]),
    )
    totals = {**dict(enumerate(colouring.counts)), -1: colouring.missing}
    return [
        Entry(
            code,
            colouring.names[code] if code >= 0 else _nothing(workspace),
            *look_of(colouring, code, theme),
            totals[code],
            int(shown[code + 1]) if workspace.filter_text else totals[code],
            code in colouring.hidden,
        )
        for code in (*order, -1)
        if totals[code]
    ]


def states_of(projection: Projection | None) -> np.ndarray | None:
    """For each window, uint8 (n,): fitted, placed, off the map or not placed; None if nobody says."""
    return None if projection is None or projection.state is None else np.asarray(projection.state)


def subtitle(workspace: Workspace) -> str:
    """Method, how many windows are fitted, placed, off the map, what went into it, its parameters.

    What a narrow window cuts off stands last.
    """
    projection, table = workspace.projection, workspace.table
    if projection is None or table is None:
        return ""
    chosen = projection.parameters
    across, up = axis_names(workspace)
    if projection.method == "axes":
        parts = [f"{up} against {across}", _census(projection)]
    else:
        features = chosen.get("features", len(table.names))
        scaler = chosen.get("scaler", "robust")
        learned = _sampled(projection.quality, "scaled_from", " (from {:,} windows)")
        scaling = "not scaled" if scaler == "none" else f"{scaler} scaling{learned}"
        name = METHOD_NAMES.get(projection.method, projection.method)
        parts = [name, _census(projection), f"{features} features, {scaling}"]
    if projection.method == "umap":
        metric = chosen.get("metric", "euclidean")
        spread = f"{chosen.get('neighbours', 15)} neighbours, {chosen.get('min_dist', 0.1)}"
        parts.append(spread if metric == "euclidean" else f"{spread}, {metric}")
        parts.append(f"seed {chosen.get('seed', 0)}")
        if chosen.get("continued"):
            parts.append("continued from the map before")
    later = chosen.get("placed_later")
    if isinstance(later, int) and later:
        parts.append(f"{plural(later, 'later window')} placed on it")
    return " · ".join(parts)


def axis_names(workspace: Workspace) -> tuple[str, str]:
    """Across and up; empty for a method whose axes mean nothing by themselves."""
    projection = workspace.projection
    if projection is None:
        return "", ""
    if projection.method == "pca":
        shares = _explained(projection)
        across, up = (_component(axis, shares) for axis in workspace.axes)
        return across, up
    return str(projection.quality.get("across", "")), str(projection.quality.get("up", ""))


def quality_text(workspace: Workspace) -> str:
    """How far the map can be trusted, as far as it was measured."""
    quality: Mapping[str, object] = workspace.projection.quality if workspace.projection else {}
    kept = quality.get("neighbours_kept")
    if isinstance(kept, (int, float)):
        text = f"true neighbours kept: {kept * 100:.0f} %" + _sampled(
            quality, "measured_on", " (of {:,} sampled)"
        )
        return text + (_by_dot(quality) if workspace.colouring.name == MAP_QUALITY else "")
    shares = _explained(workspace.projection)
    if len(shares) > max(workspace.axes):
        return f"variance seen: {sum(shares[axis] for axis in workspace.axes) * 100:.0f} %"
    return ""


def _sampled(quality: Mapping[str, object], name: str, text: str) -> str:
    """On how many windows a figure rests, where these are not all that have a place; else nothing."""
    rests_on = quality.get(name)
    everyone = sum(quality.get(place, 0) for place in ("fitted", "placed", "off_map"))  # type: ignore[misc]
    return text.format(int(rests_on)) if isinstance(rests_on, (int, float)) and rests_on < everyone else ""


def _by_dot(quality: Mapping[str, object]) -> str:
    """What the colours count: past the landmarks, a dot's neighbours among all would take too long."""
    fitted, placed = (quality.get(name, 0) for name in ("fitted", "placed"))
    return f", a dot's among the {fitted:,} fitted" if placed else ""


def selection_text(workspace: Workspace) -> str:
    """What is selected or, without a set, how many windows are on the map."""
    ids = workspace.selection.ids
    if len(ids) > 1:
        rows = workspace.rows(ids)
        out_of_sight = len(ids) - int(np.count_nonzero(workspace.shown[rows]))
        rides = 1 + int(np.count_nonzero(np.diff(ride_numbers(ids))))  # ids are sorted
        parts = [f"{len(ids):,} dots {_WHERE.get(workspace.selection.cause, 'selected')}",
                 plural(rides, "ride")]  # fmt: skip
        labels = np.bincount(workspace.labels.codes[rows] + 1)[1:]
        parts.append(plural(int(np.count_nonzero(labels)), "label"))
        return " · ".join(parts + ([f"{out_of_sight:,} of them not shown"] if out_of_sight else []))
    counts = workspace.counts()
    shown = f"{counts['shown']:,} of {counts['all']:,} windows"
    if counts["shown"] == counts["all"]:
        shown = plural(counts["all"], "window")
    missing = counts["not placed"]
    return shown + (f" · {missing:,} not placed" if missing else "")


def card_text(workspace: Workspace, row: int, theme: Theme) -> CardText:
    """Ride and time, label, the value that colours the dot, and where it lies if its axes mean something."""
    assert workspace.table is not None
    assert workspace.library is not None
    windows = workspace.table.windows
    ride = workspace.library.id_of(int(ride_numbers(windows.ids[row])))
    heading = f"{ride} · {moment(float(windows.start_s[row]))}"
    lines: list[Line] = []
    mark: Marker | None
    colouring = workspace.colouring
    if colouring.name not in ("", "label"):
        column = workspace.column(colouring.name)
        if isinstance(column, Category):
            mark = look_of(colouring, int(column.codes[row]), theme)
            lines.append((f"{colouring.name}  {column.text(row) or 'no value'}", mark))
        else:
            value = float(column[row])
            text = number(value) if np.isfinite(value) else "no value"
            lines.append((f"{colouring.name}  {text}", ("circle", number_colour(colouring, value, theme))))
    label = workspace.labels.text(row) or "no label"
    mark = look_of(colouring, int(workspace.labels.codes[row]), theme) if colouring.name == "label" else None
    lines.insert(0, (label if mark else f"label  {label}", mark))
    return CardText(heading, (*lines, *((line, None) for line in _place_lines(workspace, row))))


def moment(seconds: float) -> str:
    """Seconds of a ride as m:ss.s, or h:mm:ss.s."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _place_lines(workspace: Workspace, row: int) -> list[str]:
    projection, lines = workspace.projection, []
    assert projection is not None
    for axis, name in zip(workspace.axes, axis_names(workspace), strict=True):
        if name:
            lines.append(f"{name.split(' · ')[0]}  {number(float(projection.coords[row, axis]))}")
    states = states_of(projection)
    if states is not None and states[row] == Placement.OFF_MAP:
        lines.append("off the map: like nothing that it was made of")
    elif states is not None and states[row] == Placement.PLACED:
        umap = projection.method == "umap"
        lines.append("placed beside its look-alikes" if umap else "came later: placed by the same components")
    return lines


def _explained(projection: Projection | None) -> list[float]:
    """Share of the variance of each component; none where the axes are no components."""
    if projection is None or projection.method != "pca":
        return []
    shares = projection.quality.get("explained_variance", ())
    return [float(share) for share in shares] if isinstance(shares, (list, tuple, np.ndarray)) else []


def _component(axis: int, shares: Sequence[float]) -> str:
    return f"PC {axis + 1}" + (f" · {float(shares[axis]) * 100:.0f} %" if axis < len(shares) else "")


def _census(projection: Projection) -> str:
    """How many windows are fitted, placed and not placed; what is none is left out."""
    states = states_of(projection)
    if states is None:
        missing = int(np.count_nonzero(~np.isfinite(projection.coords).all(axis=1)))
        counts = [len(projection.ids) - missing, 0, 0, missing]
    else:
        counts = np.bincount(states, minlength=len(Placement)).tolist()
    named = zip(counts, ("fitted", "placed", "off the map", "not placed"), strict=True)
    return ", ".join(f"{count:,} {name}" for count, name in named if count) or "no windows"
