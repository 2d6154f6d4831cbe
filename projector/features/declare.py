"""How a feature is declared: one decorated function, whose docstring is the only place that describes it.

    @feature(channels=CHANNELS, scale=1.0)
    def std(m: Measures) -> Array:
        \"\"\"Standard deviation.

        Unit: m/s²
        Formula: √mean((x − mean x)²)
        Source: Pearson, Phil. Trans. R. Soc. A 185 (1894)
        Constant: 0
        \"\"\"
        return m[spread]

declares `ax__std`, `ay__std`, `az__std` and `a__std`. The function gets the measures of many windows and
returns one row a channel. With `arguments` it is called once for each, with the numbers that are in its name.
An underscore after the function's name (`max_`) is no part of it.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from projector.features.measures import Measures
from projector.features.names import FeatureName, parse_name
from projector.features.tile import AnyArray

Compute = Callable[..., AnyArray]
_KEYS = ("Unit", "Formula", "Source", "Constant")


@dataclass(frozen=True)
class Feature:
    """One number of a window.

    scale       the size below which a difference stops to matter: errors are held to 1e-5 · (|value| + scale)
    invariant   whether it stays the same however the phone is mounted
    constant    its value where the window is constant, or too short for the formula
    """

    name: str
    summary: str
    unit: str
    formula: str
    source: str
    constant: str
    scale: float
    invariant: bool

    @property
    def parts(self) -> FeatureName:
        return parse_name(self.name)


@dataclass(frozen=True)
class Declaration:
    """A decorated function and the features that it gives, argument by argument, channel by channel."""

    compute: Compute
    arguments: tuple[str, ...]
    features: tuple[Feature, ...]

    def rows(self, m: Measures) -> Iterator[AnyArray]:
        """The values of `features`, in pieces of shape (rows, n) or (n,)."""
        for argument in self.arguments:
            yield self.compute(m, *_numbers(argument))


DECLARED = "__declaration__"


def feature(
    *,
    channels: tuple[str, ...],
    scale: float,
    arguments: tuple[str, ...] = ("",),
    invariant: bool = False,
) -> Callable[[Compute], Compute]:
    """Declares what the decorated function computes.

    channels    the first part of the names; one row of the result each
    arguments   the third part of the names: `5`, `100ms`, `3_8hz`; one call each
    invariant   the result doesn't depend on the phone's mounting; always true of channel `a`
    """

    def declare(compute: Compute) -> Compute:
        text = _described(compute)
        features = tuple(
            Feature(
                name="__".join(filter(None, (channel, compute.__name__.rstrip("_"), argument))),
                summary=text["Summary"],
                unit=text["Unit"],
                formula=text["Formula"],
                source=text["Source"],
                constant=text["Constant"],
                scale=scale,
                invariant=invariant or channel == "a",
            )
            for argument in arguments
            for channel in channels
        )
        setattr(compute, DECLARED, Declaration(compute, arguments, features))
        return compute

    return declare


def declarations(module: Any) -> tuple[Declaration, ...]:
    """What a module declares, in the order in which it stands there."""
    return tuple(getattr(item, DECLARED) for item in vars(module).values() if hasattr(item, DECLARED))


def _numbers(argument: str) -> tuple[float, ...]:
    return parse_name(f"x__x__{argument}").arguments if argument else ()


def _described(compute: Compute) -> dict[str, str]:
    """The docstring's first line and `Key: value` lines; a line without a key continues the one before."""
    lines = (inspect.getdoc(compute) or "").splitlines()
    found, key = {"Summary": lines[0].rstrip(".") if lines else ""}, ""
    for line in lines[1:]:
        head, colon, rest = line.partition(": ")
        if colon and head in _KEYS:
            key = head
            found[key] = rest.strip()
        elif key and line.strip():
            found[key] += f" {line.strip()}"
    missing = [name for name in ("Summary", *_KEYS) if not found.get(name)]
    if missing:
        raise TypeError(f"{compute.__module__}.{compute.__name__}: its docstring lacks {', '.join(missing)}")
    return found
