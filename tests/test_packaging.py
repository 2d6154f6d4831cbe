"""What a person gets who never sees the checkout: the wheel, its travelling files, its exit codes."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from projector.domain.nouns import Recording, Stream
from projector.library.writer import write_library

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the locked build tool: no network, nothing written into the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    return next(folder.glob("projector-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `projector` command of a fresh environment that has the wheel and only borrows its dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    install = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet"]
    install += ["--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    _lend_dependencies(folder)
    return binaries / "projector"


def _lend_dependencies(folder: Path) -> None:
    """Dependencies come from here by path; a plain path in a .pth doesn't follow the editable install's."""
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=paths))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run the installed command far away from the checkout."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(installed), *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def sample(installed: Path) -> Path:
    """The sample library as it came with the wheel."""
    return next(installed.parent.parent.rglob("projector/sample_data/rides.h5"))


def test_everything_that_must_travel_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("resources", "sample_data"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and not _rebuildable(path)]
        assert files
        assert {f"projector/{path.relative_to(ROOT).as_posix()}" for path in files} <= inside
    assert not [name for name in inside if name.startswith("tests") or _rebuildable(Path(name))]


def _rebuildable(path: Path) -> bool:
    return any(part.endswith(".cache") or part == "__pycache__" for part in path.parts)


def test_the_sample_is_small() -> None:
    assert (ROOT / "sample_data" / "rides.h5").stat().st_size <= 6e6


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    python = installed.parent / "python"
    where = [str(python), "-c", "import projector; print(projector.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.strip()
    assert Path(found).is_relative_to(installed.parent.parent)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--version"], "projector, version 0.1.0"), (["features", "list"], "az__"), (["--help"], "simulate")],
)
def test_installed_commands_answer(run: Run, arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert says in done.stdout


def test_installed_info_reads_the_travelling_sample(run: Run, sample: Path) -> None:
    done = run("info", sample)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rides" in done.stdout


def test_installed_open_computes_draws_off_screen_and_ends_with_0(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A GraphicsLayoutWidget that is alive when the interpreter ends would give 139."""
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")  # compiling takes longer than a minute of riding
    samples = np.random.default_rng(0).normal(0, 3, (50 * 60, 3)).astype(np.float32)
    stream = Stream("phone", ("ax", "ay", "az"), ("m/s²",) * 3, samples, 50.0)
    rides, picture = tmp_path / "rides.h5", tmp_path / "out.png"
    write_library(rides, [Recording("a", (stream,))])
    done = run("open", rides, "--screenshot", picture)
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [*tmp_path.glob("rides.cache/projections/*/coords.npy")]


@pytest.mark.parametrize(
    "arguments",
    [
        ["open", "nowhere.h5", "--screenshot", "out.png"],
        ["open", "broken.h5", "--screenshot", "out.png"],
        ["info", "nowhere.h5"],
        ["info"],
        ["no-such-command"],
    ],
)
def test_what_a_user_can_mend_ends_with_2(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "broken.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.png").exists()
