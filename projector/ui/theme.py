"""Colours by what they mean: one frozen theme that every view is given, read from resources/themes.

Colour is spent on data. Label colours are safe for colour-blind eyes (Okabe–Ito); channel colours
never equal label colours; the ramp is perceptually uniform; a missing value has its own grey.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from projector.assets import asset

Ramp = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Theme:
    """Colours as '#rrggbb'. ramp is uint8 (256, 3); labels holds one colour a slot."""

    name: str
    dark: bool
    window: str
    panel: str
    field: str
    border: str
    grid: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_soft: str
    accent_text: str
    danger: str
    hover: str
    missing: str
    dimmed: str
    labels: tuple[str, ...]
    channels: dict[str, str]
    ramp: Ramp

    def channel(self, name: str) -> str:
        """The colour of a channel; those that have none of their own share one."""
        return self.channels.get(name, self.channels["other"])

    def label(self, slot: int) -> str:
        """The colour of a label's slot; slots beyond the palette start over (shape tells them apart)."""
        return self.missing if slot < 0 else self.labels[slot % len(self.labels)]


def _read(*parts: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(asset("resources", *parts).read_text(encoding="utf-8"))
    return data


def _ramp(name: str, start: float, stop: float) -> Ramp:
    """A part of a colour map, stretched to 256 steps."""
    stops = np.array([tuple(bytes.fromhex(one[1:])) for one in _read("palettes", "ramps.json")[name]])
    place = np.linspace(start, stop, 256) * (len(stops) - 1)
    channels = [np.interp(place, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.ascontiguousarray(np.round(np.stack(channels, axis=1)), np.uint8)


@cache
def load_theme(name: str) -> Theme:
    """The theme "dark" or "light"."""
    data = _read("themes", f"{name}.json")
    ramp = data.pop("ramp")
    return Theme(
        name=name,
        labels=tuple(_read("palettes", "labels.json")[name]),
        ramp=_ramp(ramp["map"], ramp["from"], ramp["to"]),
        **data,
    )
