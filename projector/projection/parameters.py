"""What can be chosen about a projection, said once: checked here, shown as a form, offered as options."""

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any, Self

from projector.domain.errors import InputError
from projector.versions import source_version

METRICS = ("euclidean", "cosine", "correlation", "manhattan", "chebyshev")
SCALER_NAMES = ("robust", "standard", "none")


def parameter(
    default: Any,
    label: str,
    text: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
) -> Any:
    """A dataclass field whose metadata has label, help, min, max, choices and unit."""
    about = {"label": label, "help": text, "min": least, "max": most, "choices": choices, "unit": unit}
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Parameters:
    """The base of every method's parameters. Raises InputError when a value is out of its range."""

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one, getattr(self, one.name))

    @property
    def version(self) -> str:
        """Which code lays out: part of what stored projections are filed under."""
        return source_version("projection")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From names and values, as JSON has them. Raises InputError for a name that is none."""
        known = {one.name for one in fields(cls)}
        for name in values:
            if name not in known:
                raise InputError(f"there is no parameter {name!r}", remedy=f"use {', '.join(sorted(known))}")
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Names and values, for JSON."""
        return asdict(self)


def _check(one: "Field[Any]", value: Any) -> None:
    about = one.metadata
    numeric = isinstance(one.default, (int, float))
    if numeric and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise InputError(f"{one.name} must be a number, not {value!r}")
    if isinstance(one.default, int) and value != int(value):
        raise InputError(f"{one.name} must be a whole number, not {value!r}")
    if numeric and not about["min"] <= value <= about["max"]:
        raise InputError(
            f"{one.name} is {value}",
            remedy=f"choose {about['min']:g} to {about['max']:g} {about['unit']}".strip(),
        )
    if about["choices"] and value not in about["choices"]:
        raise InputError(f"{one.name} is {value!r}", remedy=f"choose {', '.join(about['choices'])}")


def _scaler() -> Any:
    return parameter(
        "robust",
        "Scaling",
        "How features of different units are made comparable. robust: median and interquartile range, "
        "limited to ±10, so that a few extreme windows don't decide the picture. standard: mean and "
        "standard deviation. none: features as they are.",
        choices=SCALER_NAMES,
    )


@dataclass(frozen=True)
class PCAParameters(Parameters):
    """Principal components: the directions in which the windows differ most."""

    scaler: str = _scaler()
    components: int = parameter(
        10, "Components", "How many to compute; any two can be shown.", least=2, most=50
    )


@dataclass(frozen=True)
class UMAPParameters(Parameters):
    """A layout that keeps each window beside the windows most like it."""

    neighbours: int = parameter(
        15,
        "Neighbours",
        "How many look-alikes hold a window: few show detail, many the whole.",
        least=2,
        most=200,
    )
    min_dist: float = parameter(
        0.1, "Least distance", "How tightly look-alikes may be packed on the map.", least=0.0, most=1.0
    )
    metric: str = parameter("euclidean", "Metric", "How unlike two windows are.", choices=METRICS)
    scaler: str = _scaler()
    seed: int = parameter(
        0, "Seed", "The same seed gives the same map on the same machine.", least=0, most=2**31 - 1
    )
    epochs: int = parameter(200, "Epochs", "How often the layout is improved.", least=10, most=5000)
    landmarks: int = parameter(
        20_000,
        "Landmarks",
        "At most so many windows make the layout; every other is placed beside those most like it.",
        least=100,
        most=50_000,
        unit="windows",
    )


@dataclass(frozen=True)
class ReferenceParameters(Parameters):
    """The same layout as umap-learn makes it: slower, all windows, one core."""

    neighbours: int = parameter(15, "Neighbours", "How many look-alikes hold a window.", least=2, most=200)
    min_dist: float = parameter(
        0.1, "Least distance", "How tightly windows may be packed.", least=0.0, most=1.0
    )
    metric: str = parameter("euclidean", "Metric", "How unlike two windows are.", choices=METRICS)
    scaler: str = _scaler()
    seed: int = parameter(0, "Seed", "The same seed gives the same map.", least=0, most=2**31 - 1)
    epochs: int = parameter(200, "Epochs", "How often the layout is improved.", least=10, most=5000)


@dataclass(frozen=True)
class AxesParameters(Parameters):
    """One feature against another, in their own units. Empty means the table's first, or second."""

    x: str = parameter("", "Across", "The feature from left to right.")
    y: str = parameter("", "Up", "The feature from bottom to top.")
