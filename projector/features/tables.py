"""The features as tables to read: one line a declaration, since most stand for four channels."""

from projector.features.declare import Declaration
from projector.features.registry import DECLARATIONS, FEATURES


def markdown_table() -> str:
    """A Markdown table with one row a declared function."""
    head = [
        "| features | unit | what it is | formula | constant or too short | source |",
        "|---|---|---|---|---|---|",
    ]
    rows = []
    for one in DECLARATIONS:
        f = one.features[0]
        cells = (names(one), f.unit, f.summary, f.formula, f.constant, f.source)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(head + rows)


def text_table() -> str:
    """One line a feature: name, unit, formula."""
    width = max(len(feature.name) for feature in FEATURES)
    return "\n".join(f"{f.name:{width}}  {f.unit:8}  {f.formula}" for f in FEATURES)


def names(one: Declaration) -> str:
    """`{ax,ay,az,a}__std`: the names of a declaration's features, with what differs in braces."""
    parts = [feature.name.split("__", 2) for feature in one.features]
    columns = (list(dict.fromkeys(column)) for column in zip(*parts, strict=True))
    return "`" + "__".join(c[0] if len(c) == 1 else "{" + ",".join(c) + "}" for c in columns) + "`"
