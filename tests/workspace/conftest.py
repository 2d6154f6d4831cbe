"""Labelling without a window: a copy of a module's library for each test, and who edits in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from projector.workspace.labelling import Labelling
from projector.workspace.workspace import Workspace
from tests.workspace.labelling_made import closed, opened


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy of the module's `original`."""
    return Path(shutil.copy(original, tmp_path / "rides.h5"))


@pytest.fixture
def pair(path: Path) -> Iterator[tuple[Workspace, Labelling]]:
    """That copy, opened."""
    made = opened(path)
    yield made
    closed(*made)
