"""Numbers and spans as people read them: four digits that count, a true minus, minutes and hours."""

import math
from datetime import datetime


def number_text(value: float) -> str:
    """Four significant digits, no exponent where a person would not write one; "–" for a missing value."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if size and not 1e-3 <= size < 1e6:
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif size >= 1000:
        text = f"{value:,.0f}"
    else:
        decimals = 3 if size < 1 else 3 - int(math.log10(size))
        text = f"{value:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def span_text(seconds: float) -> str:
    """How long something lasts: 0.25 s, 12.3 s, 2:05 min, 1 h 02 min."""
    if seconds < 60:
        return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def moment_text(utc: str) -> str:
    """When something was, here: the time of today, else the day; "–" for never. utc is ISO 8601."""
    try:
        moment = datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc or "–"
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%Y-%m-%d}"


def when_text(utc: str) -> str:
    """When it was here: the time of today, else day and time."""
    try:
        moment = datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%Y-%m-%d %H:%M}"


_UNITS = {"hz": "Hz", "kmh": "km/h", "s": "s", "deg": "°", "m": "m", "km": "km", "kg": "kg"}


def fact_text(name: str, value: str) -> tuple[str, str]:
    """A column's name and value in words: (speed_kmh, 42) is (speed, 42 km/h)."""
    stem, _, unit = name.rpartition("_")
    if stem and unit in _UNITS:
        return stem.replace("_", " "), f"{value} {_UNITS[unit]}"
    return name.replace("_", " "), value
