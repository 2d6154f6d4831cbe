"""What every test stands on: no display, nobody's settings but its own, no widget left behind.

A test that passes only on the machine of whoever wrote it, or only after another one, is worse than
none; so homes and settings are each test's own, and random examples are the same in every run.
"""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.recordings import real_recordings

__all__ = ["real_recordings"]

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
# scikit-learn's helper warns where it cannot count physical cores, as in small containers
os.environ.setdefault("LOKY_MAX_CPU_COUNT", str(os.cpu_count() or 1))

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("long", parent=hypothesis.settings.get_profile("ci"), max_examples=1000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the fault tests at full size")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --long the tests marked `long` are deselected: told in the closing line, not skipped."""
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own: platformdirs, QSettings and child processes all end up here."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(folder))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.delenv("PROJECTOR_CONFIG", raising=False)
    if "PySide6.QtCore" in sys.modules:
        _settings_in(folder)
    return folder


def _settings_in(folder: Path) -> None:
    from PySide6.QtCore import QSettings

    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(folder / "config"))


@pytest.fixture(autouse=True)
def no_widget_left(request: pytest.FixtureRequest, home: Path) -> Iterator[None]:
    """After a GUI test no top-level widget is left that was not there before it.

    One that stays alive keeps its slots alive too, and answers signals in the middle of later tests.
    """
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    before = {_address(widget) for widget in _top_level_widgets()}
    yield
    left = [widget for widget in _settled() if _address(widget) not in before]
    names = ", ".join(f"{type(widget).__name__} {widget.objectName()!r}" for widget in left)
    for widget in left:  # so that only this test is blamed
        widget.close()
        widget.deleteLater()
    _settled()
    if left:
        pytest.fail(f"left behind: {names}", pytrace=False)


def _top_level_widgets() -> list:
    from PySide6.QtWidgets import QApplication

    return QApplication.topLevelWidgets() if QApplication.instance() else []


def _address(widget: object) -> int:
    """The C++ object's: the Python one around it may be made anew at any call."""
    import shiboken6

    return shiboken6.getCppPointer(widget)[0]


def _settled() -> list:
    """Top-level widgets once Qt has carried out its deletions, and Python its own."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if _top_level_widgets():
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return _top_level_widgets()
