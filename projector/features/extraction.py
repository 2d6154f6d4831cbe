"""From rides to a feature table, a block of windows at a time, in bounded memory.

What a window's features are never depends on which windows it shares a block with, so any division of the
work gives the same bits: blocks always have the same width (the last is filled up), and no step of `Block`
mixes windows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import FeatureTable, Recording, Samples, Stream, WindowRule, Windows
from projector.domain.progress import Progress, silent
from projector.features.block import Block
from projector.features.registry import DECLARATIONS, FEATURE_NAMES

Values = npt.NDArray[np.float32]
MAX_GAP_SHARE = 0.05
LIMIT = 1e5
"""m/s²; ten thousand g: beyond it, a sample is no acceleration and its window is not a number."""


class RideSource(Protocol):
    """A ride as extraction needs it. Loading happens once a ride, in order of the numbers.

    number      the ride's permanent number in its library
    last_s      time of the primary stream's last sample, in working seconds from the ride's start
    """

    @property
    def number(self) -> int: ...
    @property
    def last_s(self) -> float: ...
    def load_primary(self) -> Stream:
        """The stream with ax, ay and az; its other channels become columns like those of auxiliary streams."""
        ...

    def load_aux(self) -> Iterable[Stream]:
        """The other streams."""
        ...
