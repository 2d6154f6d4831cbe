"""How long a sentence stays where somebody may read it: one rule for all of them."""

NOTE_MS, REFUSAL_MS = 5000, 12000  # at least: what was done; why something wasn't
_LETTER_MS = 90  # for who reads slowly


def reading_ms(text: str, least_ms: int = NOTE_MS) -> int:
    """How long a sentence stays: until it could be read."""
    return max(least_ms, _LETTER_MS * len(text))
