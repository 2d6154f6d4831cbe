"""Features a second against tsfel (all its domains) and tsfresh (its efficient set), per window and feature.

The same windows of 200 samples, three channels, one core each; the peers get few windows: they are slow. Both
take turns of about a second and count the fastest of their runs, so that both have met the core undisturbed.
They are in the extra `bench`; a row says so where its peer is not installed.
"""

import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row, main, timed
from projector.domain.nouns import AXES
from projector.features.block import extract_block
from projector.features.registry import FEATURE_NAMES

RATE_HZ, SAMPLES, WINDOWS, PEER_WINDOWS, TURNS, RUNS = 50.0, 200, 4096, 20, 5, 16
TIMES_FASTER = {"tsfel": 1000.0, "tsfresh": None}


def tsfel(windows: np.ndarray) -> int:
    """Computes the features of (n, samples, 3); how many a window has."""
    import pandas as pd
    import tsfel

    settings = tsfel.get_features_by_domain()
    made = [
        tsfel.time_series_features_extractor(settings, pd.DataFrame(one, columns=AXES), fs=RATE_HZ, verbose=0)
        for one in windows
    ]
    return int(made[0].shape[1])


def tsfresh(windows: np.ndarray) -> int:
    """As `tsfel`."""
    import pandas as pd
    from tsfresh import extract_features
    from tsfresh.feature_extraction import EfficientFCParameters

    frame = pd.DataFrame(windows.reshape(-1, 3), columns=AXES)
    frame["window"] = np.repeat(np.arange(len(windows)), windows.shape[1])
    settings = EfficientFCParameters()
    made = extract_features(
        frame, column_id="window", default_fc_parameters=settings, n_jobs=0, disable_progressbar=True
    )
    return int(made.shape[1])


PEERS: dict[str, Callable[[np.ndarray], int]] = {"tsfel": tsfel, "tsfresh": tsfresh}


def measure(small: bool, scratch: Path) -> Iterator[Row]:
    windows = np.random.default_rng(0).standard_normal((WINDOWS, SAMPLES, 3), np.float32)
    windows[:, :, 2] += 9.81
    for name, peer in PEERS.items():
        ours, theirs, note = _nanoseconds(peer, name, windows, small)
        faster = TIMES_FASTER[name]
        limit = theirs / faster if theirs and faster else None
        yield Row(f"extract, a feature of a window, beside {name}", ours, "ns", theirs, name, limit, note)


def _nanoseconds(
    peer: Callable[[np.ndarray], int], name: str, windows: np.ndarray, small: bool
) -> tuple[float, float | None, str]:
    """Of a feature of a window, ours and theirs, at their best of some turns; None and why: not installed."""
    few, there = windows[: 2 if small else PEER_WINDOWS], importlib.util.find_spec(name) is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        extract_block(windows, RATE_HZ)
        count = peer(few[:1]) if there else 0
        turns = [
            (
                min(timed(lambda: extract_block(windows, RATE_HZ)) for _ in range(1 if small else RUNS)),
                timed(lambda: peer(few)) if there else np.nan,
            )
            for _ in range(1 if small else TURNS)
        ]
    ours, theirs = (1e6 * np.min(turns, axis=0)).tolist()
    ours /= len(windows) * len(FEATURE_NAMES)
    if not there:
        return ours, None, f"{name} is not installed: python -m pip install '.[bench]'"
    return ours, theirs / len(few) / count, f"{count} features of three channels"


if __name__ == "__main__":
    sys.exit(main(__doc__, measure))
