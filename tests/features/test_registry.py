"""The set of features: exactly 122, each named so that it can be read back, described, and listed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from projector import versions
from projector.cli.features import command
from projector.domain.errors import InputError
from projector.features.declare import feature
from projector.features.names import FeatureName
from projector.features.registry import DECLARATIONS, FEATURE_NAMES, FEATURE_VERSION, FEATURES, parse_name
from projector.features.tables import markdown_table

words = st.from_regex(r"[a-z]+(_[a-z]+)?", fullmatch=True)
numbers = st.decimals(0, 999, places=1, allow_nan=False).map(float)


def test_there_are_exactly_122() -> None:
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 122


@pytest.mark.parametrize("one", FEATURES, ids=FEATURE_NAMES)
def test_each_can_be_read_back_and_is_described(one) -> None:
    assert str(parse_name(one.name)) == one.name
    assert one.name.isidentifier()
    assert one.scale > 0
    assert all((one.summary, one.unit, one.formula, one.source, one.constant))
    assert one.invariant or one.parts.channel != "a"


def test_a_name_in_its_parts() -> None:
    assert parse_name("az__band_power__0p3_3hz") == FeatureName("az", "band_power", (0.3, 3.0), "hz")
    assert parse_name("impact__free_fall_before") == FeatureName("impact", "free_fall_before")


@given(words, words, st.lists(numbers, max_size=3), st.from_regex("[a-z]{0,3}", fullmatch=True))
def test_names_and_parts_are_inverse(channel: str, kind: str, arguments: list[float], unit: str) -> None:
    name = FeatureName(channel, kind, tuple(arguments), unit if arguments else "")
    assert parse_name(str(name)) == name


@pytest.mark.parametrize(
    "text", ["", "az", "az__", "__mean", "az__band__3_hz_", "az mean", "az__mean__", "3__mean"]
)
def test_what_is_no_name_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="not a feature's name"):
        parse_name(text)


def test_a_feature_without_a_formula_cannot_be_declared() -> None:
    def undocumented(m):
        """Something.

        Unit: 1
        """

    with pytest.raises(TypeError, match="lacks Formula, Source, Constant"):
        feature(channels=("a",), scale=1.0)(undocumented)


def test_the_version_is_that_of_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed formula never meets a table that was made with the old one."""
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(versions, "_PACKAGE", tmp_path)
    before = versions.source_version.__wrapped__("features")
    (tmp_path / "features" / "one.py").write_text("x = 2\n")
    assert versions.source_version.__wrapped__("features") != before
    with pytest.raises(FileNotFoundError):
        versions.source_version.__wrapped__("nowhere.py")
    assert len(FEATURE_VERSION) == 16


def test_the_command_lists_them_all() -> None:
    text = CliRunner().invoke(command, ["list"], catch_exceptions=False).output
    assert [line.split()[0] for line in text.splitlines()] == list(FEATURE_NAMES)
    listed = json.loads(CliRunner().invoke(command, ["list", "--json"], catch_exceptions=False).output)
    assert [one["name"] for one in listed["features"]] == list(FEATURE_NAMES)
    assert listed["version"] == FEATURE_VERSION
    markdown = CliRunner().invoke(command, ["list", "--markdown"], catch_exceptions=False).output
    assert markdown == markdown_table() + "\n"
    rows = markdown.splitlines()[2:]
    assert len(rows) == len(DECLARATIONS)
    columns = {row.replace("\\|", "").count("|") for row in markdown.splitlines()}
    assert columns == {7}
