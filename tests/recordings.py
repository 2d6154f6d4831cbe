"""The real recordings, which live outside the project: laid out once, or skipped with a message."""

import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

_PROJECT = Path(__file__).resolve().parent.parent
_UNPACK = _PROJECT.parent / "shared" / "data" / "unpack"
_ENVIRONMENT = dict(os.environ)  # before each test gets a home of its own


@cache
def _folder(name: str) -> Path:
    done = subprocess.run([_UNPACK, name], env=_ENVIRONMENT, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip()) / name


@pytest.fixture
def real_recordings() -> Callable[[str], Path]:
    """The folder of a real set by its name; skips the test where the sets are not there."""
    if not _UNPACK.exists():
        pytest.skip(f"the real recordings are not there: {_UNPACK} is missing")
    return _folder
