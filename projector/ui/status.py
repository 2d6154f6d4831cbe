"""The status line: nothing silent. n of N, what isn't placed, how the map was made, whose labels count."""

from projector.projection.registry import method
from projector.workspace.workspace import Workspace


def status_text(workspace: Workspace) -> str:
    """One line of facts about what is on the screen."""
    library = workspace.library
    if library is None:
        return "no library open"
    parts = []
    counts = workspace.counts()
    if workspace.table is None:
        parts.append(f"{len(library.numbers):,} rides, no windows yet")
    else:
        parts.append(f"{counts['shown']:,} of {counts['all']:,} windows shown")
        if counts["not placed"] and workspace.projection is not None:
            parts.append(f"{counts['not placed']:,} not placed (gaps or NaN)")
        rule = workspace.table.rule
        parts.append(f"{rule.length_s:g} s every {rule.hop_s:g} s at {workspace.table.rate_hz:g} Hz")
    parts.extend(_projection_parts(workspace))
    selected = len(workspace.selection.ids)
    if selected > 1:
        parts.append(f"{selected:,} selected")
    parts.append(f"labels: {workspace.whose_labels}")
    return "  ·  ".join(parts)


def _projection_parts(workspace: Workspace) -> list[str]:
    projection = workspace.projection
    if projection is None:
        return []
    parameters = projection.parameters
    named = (("scaler", "{} scaling"), ("metric", "{}"), ("seed", "seed {}"))
    return [
        method(projection.method).title,
        *(text.format(parameters[name]) for name, text in named if name in parameters),
    ]
