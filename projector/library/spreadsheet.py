"""Text cells that a spreadsheet would run get a ' before them, and lose it again on the way back in."""

LIVE = ("=", "+", "-", "@", "\t", "\r")


def guard(cell: str) -> str:
    """Text that no spreadsheet takes for a formula. `unguard` undoes it, whatever the text was."""
    return f"'{cell}" if cell.lstrip("'").startswith(LIVE) else cell


def unguard(cell: str) -> str:
    """The text that `guard` was given."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(LIVE) else cell
