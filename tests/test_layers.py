"""The window's process stays light: what is slow to import runs in the worker or in a command."""

import subprocess
import sys

import pytest

from projector.cli import COMMANDS

HEAVY = ("pandas", "pyarrow", "scipy", "sklearn", "umap", "numba", "pynndescent")
_PROBE = "import sys; import {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


def imported_with(module: str) -> set[str]:
    probe = [sys.executable, "-c", _PROBE.format(module=module)]
    return set(subprocess.run(probe, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("module", ["projector.ui.app", "projector.jobs.worker", "projector.cli"])
def test_nothing_heavy_is_imported_ahead(module: str) -> None:
    assert imported_with(module).isdisjoint(HEAVY)


def test_a_command_needs_no_qt() -> None:
    modules = ", ".join(f"projector.cli.{module}" for name, module in COMMANDS.items() if name != "open")
    assert imported_with(modules).isdisjoint({"PySide6", "pyqtgraph"})


def test_the_command_line_answers_without_numpy() -> None:
    assert "numpy" not in imported_with("projector.cli")
