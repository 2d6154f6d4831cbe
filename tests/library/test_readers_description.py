"""Import descriptions: slips are refused with what is known there, the documentation can't go stale."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from projector.domain.errors import InputError
from projector.domain.nouns import Recording
from projector.library.readers import load_description, read_sources, shipped, shipped_names
from projector.library.readers.description import TABLES, keys_of
from projector.library.readers.loading import parse_description
from projector.library.readers.patterns import PathPattern

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "import-description.md"
SMALL = """
files = "{subject}.csv"
clock = { rate_hz = 50 }
[[streams]]
unit = "g"
channels = { ax = 1, ay = 2, az = 3 }
"""


def test_the_shortest_description_works(tmp_path: Path) -> None:
    (tmp_path / "ana.csv").write_text("0,0,1\n" * 5)
    (ride,) = read_sources([tmp_path], parse_description(SMALL, "small"))
    assert isinstance(ride, Recording)
    assert (ride.id, ride.metadata, ride.primary.rate_hz) == ("ana", {"subject": "ana"}, 50)
    assert ride.source == "ana.csv as small; ax ay az × 9.80665 from g"


@pytest.mark.parametrize(
    ("old", "new", "reason", "remedy"),
    [
        ("unit =", "units =", "unknown key 'units'", "did you mean 'unit'"),
        ("files =", "file =", "unknown key 'file'", "files"),
        ('files = "{subject}.csv"', "", "the key 'files' is missing", "which files"),
        ("{subject}", "../{subject}", "not a path inside", "relative"),
        ("{subject}", "/etc/{subject}", "not a path inside", "relative"),
        ("{subject}", "{subject:number}", "unknown kind of part 'number'", "digits"),
        ("{subject}", "{a}{a}", "stands twice", ""),
        ("rate_hz = 50", "rate_hz = 0", "not a number over 0", ""),
        ("rate_hz = 50", 'rate_hz = "fast"', "'fast' is not a number", ""),
        ("rate_hz = 50", 'unit = "s"', "neither a rate nor a column", "clock"),
        ("rate_hz = 50", 'rate_hz = 50, unit = "h"', "'h' is not known", "one of s, ms"),
        ("ax = 1", "ax = 0", "0 is no column", ""),
        ("ax = 1", "ax = { colum = 1 }", "unknown key 'colum'", "did you mean 'column'"),
        ("ax = 1", "lx = 1", "0 streams have the channels ax, ay and az", ""),
        ('"g"', '"m/s3"', "'m/s3' is no unit that the channel ax can have", "m/s²"),
        ("[[streams]]", "[streams]]", "not TOML", ""),
        ("[[streams]]", 'labels = { from = "intervals", label = 1 }\n[[streams]]', "need the key 'file'", ""),
        ("[[streams]]", 'facts = { from = "table", take = {} }\n[[streams]]', "need a file", ""),
        ("[[streams]]", "table = { separator = 5 }\n[[streams]]", "5 is no separator", "blanks"),
        ("[[streams]]", 'table = { encoding = "klingon" }\n[[streams]]', "no encoding", "latin-1"),
    ],
)
def test_slips_are_refused_with_what_to_do(old: str, new: str, reason: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        parse_description(SMALL.replace(old, new), "small")
    assert reason in error.value.what
    assert remedy in error.value.remedy
    assert error.value.where.startswith("small")


def test_the_shipped_descriptions_are_sound() -> None:
    assert shipped_names() == ["driver_behavior", "hapt", "sisfall", "umafall"]
    assert all(shipped(name).about for name in shipped_names())
    with pytest.raises(InputError, match="no description named 'sisfal'"):
        shipped("sisfal")


def test_the_document_lists_every_key_as_the_code_has_it() -> None:
    sections = re.split(r"^### ", DOCUMENT.read_text(), flags=re.M)[1:]
    told = {section.splitlines()[0].strip("` ").replace("Top level", ""): section for section in sections}
    assert list(told) == list(TABLES)
    for name, table in TABLES.items():
        rows = [line for line in told[name].splitlines() if line.startswith("| `")]
        expected = []
        for key in keys_of(table):
            default = "**needed**" if key.needed else f"`{key.default}`" if key.default else ""
            expected.append(f"| `{key.name}` | {default} | {key.help} |")
        assert rows == expected


def test_the_document_s_example_imports_the_document_s_files(tmp_path: Path) -> None:
    text = DOCUMENT.read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.S)
    assert tomllib.loads(example)
    block = re.search(r"where a ride looks like this:\n\n(.*?)\n\nThe", text, flags=re.S)
    assert block
    ride = re.sub(r"^ {4}", "", block[1], flags=re.M)
    for path in ("ana/2024-05-01_commute.csv", "ben/2024-05-03_mountain.csv"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(ride + "\n")
        assert path in text
    (tmp_path / "riders.csv").write_text("rider;age;motorcycle\nana;31;R 1250\nben;45;CB 500\n")
    (tmp_path / "events.csv").write_text("ride,from,to,what\nana-2024-05-01,0.002,0.015,fall\n")
    (tmp_path / "my_logger.toml").write_text(example)
    ana, ben = read_sources([tmp_path], load_description(tmp_path / "my_logger.toml"))
    assert isinstance(ana, Recording)
    assert isinstance(ben, Recording)
    assert (ana.id, ben.id) == ("ana-2024-05-01", "ben-2024-05-03")
    assert dict(ben.metadata) == {
        "rider": "ben", "date": "2024-05-03", "route": "mountain", "logger": "X200", "firmware": 3.1,
        "age": 45, "motorcycle": "CB 500",
    }  # fmt: skip
    assert [(a.start_s, a.stop_s, a.label) for a in ana.annotations] == [(0.002, 0.015, "low-side fall")]
    assert ben.annotations == ()
    np.testing.assert_allclose(ana.primary.samples[1], [-0.098067, 1.176798, 9.708584, 0.36], rtol=1e-5)
    np.testing.assert_array_equal(ana.primary.time_s, [0, 0.01])


@pytest.mark.parametrize(
    ("glob", "path", "parts"),
    [
        ("{a}_{b}.csv", "x_y_z.csv", {"a": "x", "b": "y_z"}),
        ("{a}_{b:digits}_{c}.csv", "x_y_7_z_1.csv", {"a": "x_y", "b": "7", "c": "z_1"}),
        ("{a:word}/*.txt", "s1/anything.txt", {"a": "s1"}),
        ("**/{a}.csv", "deep/er/still/x.csv", {"a": "x"}),
        ("{k:letters}{n:digits}.csv", "D05.csv", {"k": "D", "n": "05"}),
        ("{a}.csv", "x.txt", None),
        ("{a:digits}.csv", "x1.csv", None),
        ("a?.csv", "ab.csv", {}),
    ],
)
def test_patterns(tmp_path: Path, glob: str, path: str, parts: dict[str, str] | None) -> None:
    match = PathPattern.of(glob).match(tmp_path / path)
    assert (match.parts if match else None) == parts


def test_it_doesn_t_matter_which_folder_is_passed(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "set" / "raw"
    folder.mkdir(parents=True)
    for name in ("s10.csv", "s9.csv"):
        (folder / name).write_text("1,2,3\n")
    pattern = PathPattern.of("raw/{subject}.csv")
    for source in (tmp_path, tmp_path / "data", folder):
        matches = list(pattern.find(source))
        assert [match.path.name for match in matches] == ["s9.csv", "s10.csv"]
        assert {match.root for match in matches} == {tmp_path / "data" / "set"}
    assert [match.path.name for match in pattern.find(folder / "s9.csv")] == ["s9.csv"]
