"""Frozen nouns, errors, progress: numpy only. Everything above speaks in these."""
