"""How a person reviews: which reasons, which date, how much around an event, which scale; remembered."""

from collections.abc import Set
from datetime import date, datetime
from typing import Any

from projector.workspace.review.found import Reason

AROUND_S, RANGE = 5.0, 30.0
AROUNDS = (2.0, 5.0, 10.0, 20.0, 60.0)
RANGES = (10.0, 20.0, 30.0, 50.0, 100.0, 200.0)  # m/s² on either side; 0: each ride's own


class Preferences:
    """Kept in the memory's own dict, so that they are written with the other settings."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self._stored = stored

    @property
    def around_s(self) -> float:
        """Seconds shown on either side of an event."""
        return self._number("around_s", AROUND_S, 0.5, 3600)

    @property
    def range(self) -> float:
        """m/s² from the middle of a lane to its edge, the same for every ride; 0: each ride's own range."""
        return self._number("range", RANGE, 0, 1e4)

    @property
    def reasons(self) -> Set[Reason]:
        """The reasons that are switched on."""
        off = self._stored.get("off", [])
        return frozenset(one for one in Reason if not isinstance(off, list) or one.name.lower() not in off)

    @property
    def since(self) -> datetime | None:
        """The start of the day since which edits are listed, local time; None: they aren't."""
        try:
            return datetime.fromisoformat(str(self._stored["since"])).astimezone()
        except (KeyError, ValueError):
            return None

    @property
    def alerts(self) -> str:
        """The layer that was chosen as the detector's, "" for whichever has a usual name."""
        return str(self._stored.get("alerts", ""))

    def set(self, **changes: object) -> None:
        """around_s, range, alerts (a layer's name), since (a date or None), or off (names of reasons)."""
        for name, value in changes.items():
            if value is None:
                self._stored.pop(name, None)
            else:
                self._stored[name] = value.isoformat() if isinstance(value, date) else value

    def switch(self, reason: Reason, on: bool) -> None:
        """Whether a reason counts."""
        off = {one.name.lower() for one in set(Reason) - self.reasons}
        (off.discard if on else off.add)(reason.name.lower())
        self.set(off=sorted(off))

    def _number(self, name: str, default: float, least: float, most: float) -> float:
        value = self._stored.get(name, default)
        known = isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most
        return float(value) if known else default
