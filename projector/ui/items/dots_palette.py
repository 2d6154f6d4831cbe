"""From a colouring to what the rasteriser wants: a colour number and a shape for every dot.

Up to eight classes colour alone tells them apart, beyond that the shape joins in; beyond 32 looks repeat.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from projector.ui.items.dots_stamp import SHAPES
from projector.ui.theme import Theme
from projector.workspace.colouring import Colouring

Numbers = npt.NDArray[np.uint8]
RAMP_STEPS = 240
RING, MISSING = 254, 255  # no class has these; code -1 becomes 255 as a byte
_PORTION = 1 << 16  # values at once: their scratch arrays stay in the processor's cache
MOST_CLASSES = 254  # classes with a number of their own; beyond that, numbers go by look


@dataclass(frozen=True, eq=False)
class Palette:
    """How dots look by number.

    codes       uint8 (n,), each dot's number
    colours     uint8 (256, 3) by number
    shapes      uint8 (256,) by number, into SHAPES; None where all are circles
    """

    codes: Numbers
    colours: npt.NDArray[np.uint8]
    shapes: Numbers | None = None


def palette_of(colouring: Colouring, theme: Theme, n: int) -> Palette:
    """Colours and shapes of n dots."""
    colours = np.zeros((256, 3), np.uint8)
    colours[0] = rgb(theme.label(0))
    colours[RING], colours[MISSING] = rgb(theme.muted), rgb(theme.missing)
    if colouring.values is not None and len(colouring.values) == n:
        steps = np.linspace(0, len(theme.ramp) - 1, RAMP_STEPS).round().astype(int)
        colours[:RAMP_STEPS] = theme.ramp[steps]
        return Palette(_ramp_codes(colouring), colours)
    if colouring.codes is None or len(colouring.codes) != n or not colouring.name:
        return Palette(np.zeros(n, np.uint8), colours)
    return _classes(colouring, theme, colours)


def _classes(colouring: Colouring, theme: Theme, colours: npt.NDArray[np.uint8]) -> Palette:
    assert colouring.codes is not None
    slots, looks = colouring.slots, len(theme.labels) * len(SHAPES)
    if len(slots) <= MOST_CLASSES:
        codes = colouring.codes.astype(np.uint8)
    else:
        numbers = np.array([*(slot % looks for slot in slots), MISSING], np.uint8)
        codes, slots = numbers.take(colouring.codes, mode="wrap"), tuple(range(looks))
    shapes = np.zeros(256, np.uint8)
    for number, slot in enumerate(slots):
        colours[number] = rgb(theme.label(slot))
        shapes[number] = slot // len(theme.labels) % len(SHAPES)
    return Palette(codes, colours, shapes if shapes.any() else None)


def look_of(colouring: Colouring, code: int, theme: Theme) -> tuple[str, str]:
    """Shape and colour '#rrggbb' of a class, for legends; code -1 is the missing one."""
    if code < 0:
        return SHAPES[0], theme.missing
    slot = colouring.slots[code]
    return SHAPES[slot // len(theme.labels) % len(SHAPES)], theme.label(slot)


def number_colour(colouring: Colouring, value: float, theme: Theme) -> str:
    """Colour '#rrggbb' of a value on the ramp; NaN is missing."""
    if not np.isfinite(value):
        return theme.missing
    low, high = colouring.limits
    share = min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0)
    red, green, blue = theme.ramp[round(share * (len(theme.ramp) - 1))].tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def rgb(name: str) -> tuple[int, int, int]:
    """Red, green, blue of a colour such as '#rrggbb'."""
    colour = QColor(name)
    return colour.red(), colour.green(), colour.blue()


def _ramp_codes(colouring: Colouring) -> Numbers:
    assert colouring.values is not None
    low, high = colouring.limits
    codes = np.empty(len(colouring.values), np.uint8)
    for first in range(0, len(codes), _PORTION):
        share = colouring.values[first : first + _PORTION].astype(np.float32)
        share -= np.float32(low)
        share *= np.float32((RAMP_STEPS - 1) / ((high - low) or 1.0))
        np.clip(share, 0, RAMP_STEPS - 1, out=share)
        share += np.float32(0.5)
        np.copyto(share, MISSING, where=np.isnan(share))
        codes[first : first + _PORTION] = share
    return codes
