"""How a phone hung in its mount, from gravity: the trace can show a ride with z pointing up."""

import numpy as np
import numpy.typing as npt

from projector.domain.nouns import Samples

_NO_GRAVITY = 1e-2  # m/s²


def gravity_rotation(samples: Samples) -> npt.NDArray[np.float64]:
    """The rotation (3, 3) that turns the median of samples (n, 3) to +z; use it as `samples @ rotation.T`.

    The shortest turn, so that the axes keep as much of their meaning as they can (Rodrigues' formula). The
    identity where there is no finite sample or the median is shorter than 0.01 m/s².
    """
    known = samples[np.isfinite(samples).all(axis=1)]
    down = np.median(known, axis=0).astype(np.float64) if len(known) else np.zeros(3)
    length = float(np.linalg.norm(down))
    if length < _NO_GRAVITY:
        return np.eye(3)
    x, y, z = down / length
    flat = x * x + y * y
    if z < 0 and flat < 1e-20:
        return np.diag([1.0, -1.0, -1.0])  # upside down: any half turn is a shortest one
    turn = np.array([[0, 0, -x], [0, 0, -y], [x, y, 0]])
    bend = (1 - z) / flat if z < 0 else 1 / (1 + z)  # the same, without losing digits
    return np.asarray(np.eye(3) + turn + bend * turn @ turn)
