"""Make requirements.lock and requirements-dev.lock anew: every package with its hashes, no index address.

    make lock                  the newest versions that pyproject.toml allows

One lock serves Linux, macOS and Windows and every supported Python. The tool that resolves is installed
into a throw-away environment; where packages come from is pip's configuration, or none: then the default.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = "uv>=0.5"
LOCKS = {"requirements-dev.lock": "dev", "requirements.lock": "build"}


def main() -> None:
    """Resolve the larger set first; the smaller one takes its versions."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)
        done: list[str] = []
        for name, extra in LOCKS.items():
            _resolve(python, name, extra, done)
            done.append(name)


def _resolve(python: Path, name: str, extra: str, done: list[str]) -> None:
    """Write one lock, agreeing with those already done."""
    command = [python, "-m", "uv", "pip", "compile", "pyproject.toml", "--output-file", name, "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--upgrade", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += [f"--extra={extra}", *(f"--constraint={other}" for other in done)]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | _index(python))
    print(f"{name}: {sum('==' in line for line in (ROOT / name).read_text().splitlines())} packages")


def _index(python: Path) -> dict[str, str]:
    """The index that pip is configured for, in the words of the tool, which doesn't read pip's files."""
    for setting in (":env:.index-url", "global.index-url", "user.index-url"):
        asked = [python, "-m", "pip", "config", "get", setting]
        found = subprocess.run(asked, capture_output=True, text=True, check=False)
        if found.returncode == 0 and found.stdout.strip():
            return {"UV_DEFAULT_INDEX": found.stdout.strip()}
    return {}


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"the lock was not made: the command ended with {error.returncode}")
