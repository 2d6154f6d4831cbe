"""Units of the source to the units of the library, once, at import: m/s², rad/s, km/h, µT.

The library holds one unit a kind of quantity, so that features and thresholds mean the same for every
ride; what the unit was is kept in the recording's `source`.
"""

import math
from dataclasses import dataclass

from projector.domain.errors import InputError

STANDARD_GRAVITY = 9.80665  # m/s², exact by the 3rd CGPM (1901)
_SAME = {
    "m/s²": ("m/s²", {"m/s²": 1.0, "m/s2": 1.0, "m/s^2": 1.0, "ms-2": 1.0, "mps2": 1.0,
                      "g": STANDARD_GRAVITY, "mg": STANDARD_GRAVITY / 1000}),
    "rad/s": ("rad/s", {"rad/s": 1.0, "rads": 1.0, "mrad/s": 1e-3, "°/s": math.pi / 180,
                        "deg/s": math.pi / 180, "dps": math.pi / 180, "mdps": math.pi / 180_000}),
    "km/h": ("km/h", {"km/h": 1.0, "kmh": 1.0, "kph": 1.0, "m/s": 3.6, "mps": 3.6, "mph": 1.609344}),
    "µT": ("µT", {"µt": 1.0, "μt": 1.0, "ut": 1.0, "mt": 1e3, "nt": 1e-3, "gauss": 100.0}),
}  # fmt: skip
_KNOWN = {alias: (unit, factor) for unit, aliases in _SAME.values() for alias, factor in aliases.items()}
REQUIRED = {"ax": "m/s²", "ay": "m/s²", "az": "m/s²", "gx": "rad/s", "gy": "rad/s", "gz": "rad/s"}


@dataclass(frozen=True)
class Conversion:
    """value in `unit` = factor · value in `source_unit`."""

    source_unit: str
    unit: str
    factor: float


def conversion(source_unit: str, channel: str = "") -> Conversion:
    """How values of a unit enter the library. An unknown unit is kept as it is, factor 1.

    Raises InputError when the channel is an acceleration or a rotation and the unit is neither.
    """
    unit, factor = _KNOWN.get(source_unit.strip().lower(), (source_unit.strip(), 1.0))
    needed = REQUIRED.get(channel)
    if needed and unit != needed:
        known = ", ".join(alias for alias, (to, _) in _KNOWN.items() if to == needed)
        raise InputError(
            f"{source_unit!r} is no unit that the channel {channel} can have", remedy=f"known: {known}"
        )
    return Conversion(source_unit.strip(), unit, factor)


def is_known(unit: str) -> bool:
    """Whether a piece of text, from a column's name say, is a unit that can be converted."""
    return unit.strip().lower() in _KNOWN
