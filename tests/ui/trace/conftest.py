"""The trace on the small library whose every sample is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from projector.ui.views.trace_view import TraceView
from projector.workspace.workspace import Workspace
from tests.ui.trace.shown import shown
from tests.ui.trace_made import made_library, made_workspace


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_library(tmp_path_factory.mktemp("trace"))


@pytest.fixture
def workspace(library: Path) -> Iterator[Workspace]:
    workspace = made_workspace(library)
    yield workspace
    workspace.set_library(None)


@pytest.fixture
def view(qtbot, workspace: Workspace) -> TraceView:
    return shown(qtbot, workspace)
