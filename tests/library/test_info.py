"""`projector info`, as people and as programs read it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from projector.cli import run
from projector.cli.info import command, duration
from projector.domain.nouns import AXES, Annotation, Recording, Stream
from projector.library.library import Library
from projector.library.writer import write_library
from tests.library.made_rides import METRES, primary, rides


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("info") / "rides.h5"
    time_s = np.arange(400) / 98.0
    time_s[200:] += 5
    time_s[10] = time_s[9]
    odd = Recording(
        "odd",
        (Stream("watch", AXES, METRES, np.ones((400, 3), np.float32), 100.0, time_s),),
        (Annotation(1, 2, "fall"),),
        {"rider": "\x1b[31mred"},
        odd=("a gap of 5 s",),
    )
    write_library(path, [*rides(3), Recording("slow", (primary(50, rate_hz=50.0),)), odd])
    return path


def told(*arguments: object) -> str:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_library_as_json(path):
    found = json.loads(told(path, "--json"))
    with Library.open(path) as library:
        assert found.pop("content_hash") == library.content_hash
    assert found.pop("path") == str(path)
    assert found.pop("seconds") == pytest.approx(3 * 2 + 1 + 400 / 98 + 5, abs=0.05)
    assert found == {
        "rides": 5,
        "samples": 3 * 200 + 50 + 400,
        "annotations": {"bump": 3, "fall": 4},
        "rates": {"50": 1, "100": 4},
        "channels": {"ax": 5, "ay": 5, "az": 5, "gx": 3, "gy": 3, "gz": 3},
        "metadata": ["rider", "speed_kmh"],
        "odd": 4,
    }


def test_a_library_for_people(path):
    text = told(path)
    for words in (
        "rides         5, 4 of them with remarks",
        "samples       1,050",
        "4  fall",
        "rider, speed_kmh",
    ):
        assert words in text
    assert "50 Hz ×1, 100 Hz ×4" in text


def test_a_ride_as_json_with_its_clock_as_it_really_was(path):
    found = json.loads(told(path, "--ride", "odd", "--json"))
    (stream,) = found["streams"]
    clock = stream["clock"]
    assert (stream["name"], stream["samples"], stream["primary"]) == ("watch", 400, True)
    assert (clock["declared_hz"], clock["gaps"], clock["doubled"], clock["backward"]) == (100.0, 1, 1, 0)
    assert clock["true_hz"] == pytest.approx(98, rel=0.01)
    assert clock["longest_gap_s"] == pytest.approx(5, abs=0.02)
    assert found["annotations"][0] == {
        "start_s": 1.0,
        "stop_s": 2.0,
        "label": "fall",
        "author": "import",
        "comment": "",
    }
    assert (found["odd"], found["start"]) == (["a gap of 5 s"], None)


def test_a_ride_for_people_and_its_text_cannot_steer_their_terminal(path):
    text = told(path, "--ride", "odd")
    assert "declared 100 Hz, true 98" in text
    assert "1 gap (longest 5.01 s), 1 doubled stamps" in text
    assert "\x1b" not in text
    assert "?[31mred" in text
    assert "2026-05-03T12:30:00Z +02:00" in told(path, "--ride", "ride_1")
    assert "0.200 to 0.900 s  fall  (left side)" in told(path, "--ride", "ride_1")


def test_an_address_is_called_one(capsys):
    assert run(["info", "https://example.org/rides.h5"]) == 2
    assert "https://example.org/rides.h5: nothing is fetched from the network" in capsys.readouterr().err


def test_a_screenshot_makes_no_folders(path, tmp_path, capsys):
    assert run(["open", str(path), "--screenshot", str(tmp_path / "none" / "a.png")]) == 2
    assert "there is no such folder" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [["nothing.h5"], ["{path}", "--ride", "nobody"], [__file__]])
def test_what_cannot_be_told_is_exit_code_2_and_a_sentence(path, arguments, capsys):
    assert run(["info", *(argument.format(path=path) for argument in arguments)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("projector: ")
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("seconds", "words"), [(4.52, "4.52 s"), (200, "3 min 20 s"), (18_120, "5 h 2 min"), (0, "0 s")]
)
def test_durations(seconds, words):
    assert duration(seconds) == words
