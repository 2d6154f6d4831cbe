"""scripts/setup.py works on machines that we don't have: what it finds and says is tested piece by piece."""

import importlib.util
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

Patch = pytest.MonkeyPatch
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("projector_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_is_installed_where_nothing_is_missing(setup: ModuleType, monkeypatch: Patch) -> None:
    monkeypatch.setattr(setup, "_loads", lambda library: True)
    monkeypatch.setattr(setup, "_apt_get", lambda packages: pytest.fail("apt-get was called"))
    setup._install_system_libraries()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux leaves Qt's libraries to the system")
def test_one_command_names_what_is_missing(setup: ModuleType, monkeypatch: Patch) -> None:
    monkeypatch.setattr(setup, "_loads", lambda library: library != "libEGL.so.1")
    monkeypatch.setattr(setup.shutil, "which", lambda name: name == "apt-get" or None)
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "_can_make_environments", lambda: False)
    with pytest.raises(SystemExit) as stop:
        setup._install_system_libraries()
    venv = f"python3.{sys.version_info[1]}-venv"
    assert str(stop.value).endswith(f"sudo apt-get install -y libegl1 {venv}")


def test_display_libraries_are_asked_for_only_where_there_is_one(
    setup: ModuleType, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(setup, "_loads", lambda library: False)
    assert "libxcb-cursor.so.0" in setup.missing_libraries(display=True)
    assert "libxcb-cursor.so.0" not in setup.missing_libraries(display=False)


def test_the_stamp_is_written_last(setup: ModuleType, tmp_path: Path, monkeypatch: Patch) -> None:
    """An interrupted installation starts again, a finished one doesn't."""
    lock, stamp, calls = tmp_path / "some.lock", tmp_path / "venv" / "stamp", []
    lock.write_text("nothing==1\n")

    def interrupted(venv: Path, lock: Path) -> None:
        calls.append(lock)
        if len(calls) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(setup, "_install_system_libraries", lambda: None)
    monkeypatch.setattr(setup, "_make_environment", lambda venv: venv.mkdir(exist_ok=True))
    monkeypatch.setattr(setup, "_install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setup.main(stamp.parent, lock, stamp)
    assert not stamp.exists()
    setup.main(stamp.parent, lock, stamp)
    setup.main(stamp.parent, lock, stamp)
    assert len(calls) == 2


@pytest.mark.skipif(os.name == "nt", reason="make and its file lock are for Linux and macOS")
def test_a_second_setup_waits_and_finds_the_work_done(
    setup: ModuleType, tmp_path: Path, monkeypatch: Patch
) -> None:
    lock, stamp, calls = tmp_path / "some.lock", tmp_path / "venv" / "stamp", []
    lock.write_text("nothing==1\n")
    inside, go_on = threading.Event(), threading.Event()

    def slow(venv: Path, lock: Path) -> None:
        calls.append(lock)
        inside.set()
        assert go_on.wait(10)

    monkeypatch.setattr(setup, "_install_system_libraries", lambda: None)
    monkeypatch.setattr(setup, "_make_environment", lambda venv: venv.mkdir(exist_ok=True))
    monkeypatch.setattr(setup, "_install", slow)
    threads = [threading.Thread(target=setup.main, args=(stamp.parent, lock, stamp)) for _ in range(2)]
    threads[0].start()
    assert inside.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert len(calls) == 1


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_and_hash_everything_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[a-z0-9.\-]+==\S+", entry) and "--hash=sha256:" in entry for entry in requirements)
    assert "://" not in text
    assert "index-url" not in text


def test_the_two_locks_agree_and_cover_the_dependencies() -> None:
    app, dev = (set(re.findall(r"^\S+==.*(?= \\)", (ROOT / name).read_text(), re.MULTILINE)) for name in
                ("requirements.lock", "requirements-dev.lock"))  # fmt: skip
    assert app < dev
    pinned = {entry.split("==")[0] for entry in app}
    declared = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.S | re.M)
    assert declared
    names = {name.lower() for name in re.findall(r'^    "([A-Za-z0-9_-]+)', declared[1], re.MULTILINE)}
    assert len(names) == 14
    assert names <= pinned


def test_make_lists_its_commands() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "test-long", "check", "lock", "bench", "clean"):
        assert f"make {target} " in listed
