"""Feature names that can be read back: `az__band_power__3_8hz` is channel, kind and arguments.

A name is also an identifier, so that it stands in a filter expression as it is; a decimal point is
written `p` (`0p3_3hz` is 0.3 to 3 Hz).
"""

import re
from dataclasses import dataclass

from projector.domain.errors import InputError

_WORD = r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*"
_NUMBER = r"\d+(?:p\d+)?"
_NAME = re.compile(rf"({_WORD})__({_WORD})(?:__({_NUMBER}(?:_{_NUMBER})*)([a-z]*))?")


@dataclass(frozen=True)
class FeatureName:
    """A name in its parts.

    channel     an axis, `a` for |a|, or a family such as `impact`
    arguments   numbers, in `unit`
    """

    channel: str
    kind: str
    arguments: tuple[float, ...] = ()
    unit: str = ""

    def __str__(self) -> str:
        parts = [self.channel, self.kind]
        if self.arguments:
            parts.append("_".join(f"{value:g}".replace(".", "p") for value in self.arguments) + self.unit)
        return "__".join(parts)


def parse_name(name: str) -> FeatureName:
    """The parts of a feature's name; `str` of the result is the name again. Raises InputError."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise InputError(
            f"{name!r} is not a feature's name",
            remedy="write it as `projector features list` prints it, such as az__band_power__3_8hz",
        )
    channel, kind, numbers, unit = match.groups()
    arguments = tuple(float(number.replace("p", ".")) for number in numbers.split("_")) if numbers else ()
    return FeatureName(channel, kind, arguments, unit or "")
