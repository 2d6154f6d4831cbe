"""The whole window on the sample library, for the tests that use it as a person does."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from projector.assets import asset
from projector.ui.app import Application
from tests.ui.windows import opened


@pytest.fixture(scope="session")
def sample_with_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample library in a folder of its own; what is computed for it once is found by later tests."""
    folder = tmp_path_factory.mktemp("sample")
    return Path(shutil.copy(asset("sample_data", "rides.h5"), folder / "rides.h5"))


@pytest.fixture
def app(qapp: object, sample_with_cache: Path) -> Iterator[Application]:
    """The app on the sample."""
    app = opened(sample_with_cache)
    yield app
    app.close()


@pytest.fixture(autouse=True)
def unforeseen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What nobody foresaw fails the test: its dialog would wait for a click that never comes.

    A test that asks for `foreseen` has errors told as in the program.
    """
    told: list[str] = []

    def _on_trouble(_: Application, text: str) -> None:
        told.append(text)

    if "foreseen" not in request.fixturenames:
        monkeypatch.setattr(Application, "_on_trouble", _on_trouble)
    yield told
    assert not told, told[0]


@pytest.fixture
def foreseen() -> None:
    """See `unforeseen`."""
