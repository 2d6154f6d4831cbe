"""Every feature there is, in the order of the table's columns.

A new feature is one function in one of these modules; a new module is one more entry in the tuple.
"""

from projector.features import cross, impact, jerk, spectral, temporal, tilt
from projector.features.declare import Declaration, Feature, declarations
from projector.features.measures import Measure, measures
from projector.features.names import FeatureName, parse_name
from projector.versions import source_version

__all__ = [
    "DECLARATIONS",
    "FEATURES",
    "FEATURE_NAMES",
    "FEATURE_VERSION",
    "MEASURES",
    "FeatureName",
    "parse_name",
]

_MODULES = (temporal, spectral, jerk, cross, tilt, impact)
MEASURES: tuple[Measure, ...] = tuple(dict.fromkeys(one for module in _MODULES for one in measures(module)))
DECLARATIONS: tuple[Declaration, ...] = tuple(one for module in _MODULES for one in declarations(module))
FEATURES: tuple[Feature, ...] = tuple(feature for one in DECLARATIONS for feature in one.features)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)

# What cached tables are filed under: the code that makes a feature's value from a recording.
FEATURE_VERSION: str = source_version(
    "features", "processing/clock.py", "processing/resample.py", "processing/windows.py"
)
