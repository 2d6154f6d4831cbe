"""Make a virtual environment with the locked dependencies and this project in it, from nothing but Python.

    python3 scripts/setup.py VENV LOCK STAMP

The Makefile calls it. The stamp is written last, so that an interrupted run starts again; two runs at
once wait for each other. It uses the standard library only, and says in one command what is missing.
"""

from __future__ import annotations  # so that an older Python gets as far as the sentence that names its age

import contextlib
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent

# library that Qt loads → Debian's package of it
TO_DRAW = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
FOR_A_DISPLAY = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def main(venv: Path, lock: Path, stamp: Path) -> None:
    """Make `venv` hold what `lock` says; a venv that already does is left as it is."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Projector needs Python 3.11 or newer; this is {sys.version.split()[0]}: make PYTHON=python3.12"
        )
    _install_system_libraries()
    with _alone(venv):
        wanted = hashlib.sha256(lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            stamp.touch()
            return
        _make_environment(venv)
        _install(venv, lock)
        stamp.write_text(wanted)


def missing_libraries(display: bool) -> dict[str, str]:
    """The libraries that Qt would not find here, with Debian's name for the package that has each."""
    needed = TO_DRAW | (FOR_A_DISPLAY if display else {})
    return {name: package for name, package in needed.items() if not _loads(name)}


def has_display() -> bool:
    """Whether a window can be opened here, as far as the environment tells."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install_system_libraries() -> None:
    if sys.platform != "linux":
        return
    packages = list(missing_libraries(has_display()).values())
    if not _can_make_environments():
        packages.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")
    if packages and not _apt_get(packages):
        sys.exit(_what_to_install(packages))


def _can_make_environments() -> bool:
    """Debian ships Python without ensurepip, and venv then fails half way."""
    with contextlib.suppress(ImportError):
        import ensurepip
        import venv

        return bool(ensurepip and venv)
    return False


def _apt_get(packages: list[str]) -> bool:
    """Install Debian packages where we may; whether that is done."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    print(f"installing what Qt or Python lacks on this machine: {' '.join(packages)}", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "-qq", "update"]
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    return all(
        subprocess.run(command, env=quiet, check=False).returncode == 0 for command in (update, install)
    )


def _what_to_install(packages: list[str]) -> str:
    if shutil.which("apt-get"):
        return f"Missing on this machine. Install it with\n  sudo apt-get install -y {' '.join(packages)}"
    libraries = missing_libraries(has_display())
    if shutil.which("dnf"):
        wanted = " ".join(f"'{name}()(64bit)'" for name in libraries)
        return f"Missing on this machine. Install it with\n  sudo dnf install -y {wanted}"
    needs = [*libraries, *([] if _can_make_environments() else ["Python's ensurepip and venv"])]
    return f"Missing on this machine: {', '.join(needs)}. Install the packages that have them."


@contextlib.contextmanager
def _alone(venv: Path) -> Iterator[None]:
    """One set-up of an environment at a time: a second one waits, then finds the work done."""
    user = os.geteuid() if hasattr(os, "geteuid") else ""
    name = hashlib.sha256(f"{user} {venv}".encode()).hexdigest()[:16]
    with open(Path(tempfile.gettempdir(), f"projector-setup-{name}.lock"), "w") as handle:
        with contextlib.suppress(ImportError):  # Windows has no fcntl; there nobody calls this through make
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _make_environment(venv: Path) -> None:
    """A working venv of this Python stays; a half-made one, or another Python's, is made anew."""
    python = _python_of(venv)
    if python.exists():
        asked = "import sys, pip; print(sys.version_info[:2])"
        found = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
        if found.returncode == 0 and found.stdout.strip() == str(tuple(sys.version_info[:2])):
            return
    subprocess.run([sys.executable, "-m", "venv", "--clear", venv], check=True)


def _python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if sysconfig.get_platform().startswith("win") else "bin/python")


def _install(venv: Path, lock: Path) -> None:
    """The lock to the byte, then the project itself, editable, with the locked build tool."""
    pip = [_python_of(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    print(f"installing {lock.name} into {venv} (a few minutes the first time)", flush=True)
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(*(Path(argument).absolute() for argument in sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"setting up failed: {' '.join(map(str, error.cmd[:6]))} … ended with {error.returncode}")
