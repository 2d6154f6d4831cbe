"""The review queue: what deserves a look, why, and what people decided about it."""
