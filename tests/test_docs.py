"""Documents that say what is: commands, options, files, make targets and tables are held to the program."""

import importlib.util
import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from types import ModuleType

import click
import pytest

from projector import __version__
from projector.cli import COMMANDS, cli
from projector.features.registry import FEATURE_NAMES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/keys.md",
             "docs/import-description.md", "docs/labels.md", "sample_data/README.md"]  # fmt: skip


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def document() -> ModuleType:
    spec = importlib.util.spec_from_file_location("projector_document", ROOT / "scripts" / "document.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The click command that a line calls, and the words after it."""
    found: click.Command = cli
    context = click.Context(cli)
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        inner = found.get_command(context, words[0])
        if inner is None:
            break
        found, words = inner, words[1:]
    return found, words


def lines_of_commands(text: str) -> list[str]:
    """Every `projector …` in backquotes or in an indented block."""
    quoted = re.findall(r"`(projector [^`]+)`", text)
    blocks = re.findall(r"^ {4}(projector .+)$", text, re.MULTILINE)
    return [line.split(" #")[0] for line in quoted + blocks]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    rows = [line for line in text_of("README.md").splitlines() if line.startswith(f"| `projector {name}")]
    assert rows, f"README.md has no row for projector {name}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_in_the_documents_exist(name: str) -> None:
    for line in lines_of_commands(text_of(name)):
        found, rest = command(line.split()[1:])
        assert found is not cli or rest[:1] in (["--help"], ["--version"], ["info"]), line
        options = {option for parameter in found.params for option in parameter.opts} | {"--help"}
        assert {word for word in rest if re.match(r"--?[a-z]", word)} <= options, line


def test_options_named_beside_a_command_are_its_own() -> None:
    """In the table of commands an option in backquotes belongs to the command of its row."""
    for row in re.findall(r"^\| `projector .*$", text_of("README.md"), re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        found, _ = command(first.split()[1:])
        options = {option for parameter in found.params for option in parameter.opts}
        named = {quoted.split()[0] for quoted in others if quoted.startswith("--")}
        assert named <= options, row


@pytest.mark.parametrize("part", ["features", "keys"])
def test_generated_parts_are_up_to_date(document: ModuleType, part: str) -> None:
    path, text = document.renewed(part)
    assert path.read_text(encoding="utf-8") == text, "run make docs"


def spelled_out(name: str) -> list[str]:
    """`{ax,ay}__percentile__{5,95}` as the names that it stands for."""
    parts = [part.split(",") for part in re.split(r"[{}]", name)]
    return ["".join(chosen) for chosen in product(*parts)]


def test_the_readme_lists_every_feature_once() -> None:
    part = text_of("README.md").partition("<!-- generated: features -->")[2]
    listed = re.findall(r"^\| `(\S+)` \|", part, re.MULTILINE)
    names = [name for entry in listed for name in spelled_out(entry)]
    assert sorted(names) == sorted(FEATURE_NAMES)
    assert len(names) == 122


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_and_paths_lead_somewhere(name: str) -> None:
    text, folder = text_of(name), (ROOT / name).parent
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or (folder / link).exists(), link
    for path in re.findall(r"`((?:projector|tests|resources|docs|sample_data|scripts)/[\w./-]*)`", text):
        assert (ROOT / path).exists() or (ROOT / "projector" / path).exists(), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_in_the_documents_exist(name: str) -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make (\S+)", listed, re.MULTILINE))
    assert set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text_of(name), re.MULTILINE)) <= targets


def test_the_picture_of_the_layers_is_that_of_the_contract() -> None:
    """Every layer of pyproject.toml stands in ARCHITECTURE.md, in the same order."""
    contract = re.search(r"^layers = \[(.*?)^\]", text_of("pyproject.toml"), re.DOTALL | re.MULTILINE)
    assert contract is not None
    picture = re.findall(r"^projector/(\w+)", text_of("ARCHITECTURE.md"), re.MULTILINE)
    assert picture == re.findall(r"projector\.(\w+)", contract[1])


def test_the_changelog_has_this_version() -> None:
    assert f"## [{__version__}]" in text_of("CHANGELOG.md")


def test_benchmarks_are_found_and_a_wrong_name_lists_them() -> None:
    asked = [sys.executable, "-m", "benchmarks", "no-such-thing"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "map" in done.stderr
    assert "trace" in done.stderr
