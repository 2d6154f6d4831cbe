"""A ride's axes turned so that gravity points along +z: any length, block by block."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Samples
from projector.domain.progress import Progress, silent
from projector.processing.levels import Rows
from projector.processing.orientation import gravity_rotation

MEDIAN_OF = 5_000_000  # samples, evenly spread: more say nothing new about where down is
_BLOCK = 1 << 20


def turn(
    samples: Rows, out: Samples, axes: tuple[int, int, int], progress: Progress = silent
) -> npt.NDArray[np.float64]:
    """Fill out, float32 (n, c), with the samples, their ax, ay, az turned; the rotation (3, 3)."""
    count, chosen = len(out), list(axes)
    step = -(-count // MEDIAN_OF) if count else 1
    some = []
    for first, block in _blocks(samples, count):
        progress(first, 2 * count, "looking for gravity")
        some.append(block[-first % step :: step, chosen])
    rotation = gravity_rotation(np.concatenate(some) if some else np.empty((0, 3), np.float32))
    for first, block in _blocks(samples, count):
        progress(count + first, 2 * count, "turning the axes")
        turned = out[first : first + len(block)]
        turned[:] = block
        turned[:, chosen] = block[:, chosen] @ rotation.T.astype(np.float32)
    return rotation


def _blocks(samples: Rows, count: int) -> Iterator[tuple[int, Samples]]:
    for first in range(0, count, _BLOCK):
        yield first, samples[first : min(first + _BLOCK, count)]
