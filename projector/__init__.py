"""Projector: every window of a ride recording as a dot, and with a click the moment behind it."""

__version__ = "0.1.0"
