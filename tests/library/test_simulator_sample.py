"""The sample library that travels with Projector is what its README says: made by that one command."""

import re
import shlex
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from projector.assets import asset
from projector.cli.simulate import command
from projector.library.library import Library
from projector.library.simulator import LABELS

WINDOW_S, HOP_S = 4.0, 2.0


@pytest.fixture(scope="module")
def sample():
    with Library.open(asset("sample_data", "rides.h5")) as library:
        yield library


def test_the_command_in_the_readme_makes_the_same_library_and_truth(sample, tmp_path, monkeypatch):
    readme = asset("sample_data", "README.md").read_text(encoding="utf-8")
    found = re.search(r"^\s*projector simulate (.+)$", readme, re.MULTILINE)
    assert found, "the README gives its command on a line of its own"
    monkeypatch.chdir(tmp_path)
    Path("sample_data").mkdir()
    result = CliRunner().invoke(command, shlex.split(found[1]))
    assert result.exit_code == 0, result.output
    with Library.open("sample_data/rides.h5") as made:
        assert made.content_hash == sample.content_hash
    truth = Path("sample_data/rides.truth.csv").read_text(encoding="utf-8")
    assert truth == asset("sample_data", "rides.truth.csv").read_text(encoding="utf-8")


def test_it_is_small_and_holds_everything_worth_showing(sample):
    assert asset("sample_data", "rides.h5").stat().st_size <= 6_000_000
    names = [sample.annotations.label_names[code] for code in sample.annotations.label]
    counts = Counter(names)
    assert set(counts) == set(LABELS)
    assert counts["fall"] + counts["crash"] >= 6
    assert counts["phone drop"] >= 3
    rates = {sample.ride(int(number)).primary.rate_hz for number in sample.numbers}
    assert rates == {50.0, 100.0, 200.0}
    for name, at_least in {"mount": 3, "road": 4, "motorcycle": 5, "phone": 5, "rider": 6}.items():
        assert len(sample.columns[name].names) >= at_least, name


def test_windows_of_a_class_lie_together_but_not_perfectly(sample):
    """What a map lives on: by twelve plain numbers most of a window's neighbours share its label, not all."""
    described = [
        row for number in sample.numbers for row in windows(sample.ride(int(number)), sample.annotations)
    ]
    labels = np.array([label for label, _ in described])
    values = np.array([numbers for _, numbers in described])
    spread = np.percentile(values, 90, axis=0) - np.percentile(values, 10, axis=0)
    values = np.clip((values - np.median(values, axis=0)) / spread, -3, 3)
    distance = ((values[:, None] - values[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    near = labels[distance.argsort(axis=1)[:, :5]]
    kept = {label: (near[labels == label] == label).mean() for label in LABELS}
    assert 0.6 < (near == labels[:, None]).mean() < 0.95
    for label in ("normal", "stop", "cornering", "phone pick-up"):
        assert kept[label] > 0.4, label
    chance = {label: (labels == label).mean() for label in LABELS}
    for label in LABELS:
        assert kept[label] > 3 * chance[label] or kept[label] > 0.6, label


def windows(ride, annotations):
    """Label that covers most of each window, and twelve numbers that describe it."""
    recording = ride.recording().primary
    stamps = ride.primary.times(0, ride.primary.count)
    rows = annotations.of_ride(ride.number)
    edges = annotations.start_s[rows], annotations.stop_s[rows]
    names = [annotations.label_names[code] for code in annotations.label[rows]]
    for start in np.arange(0, stamps[-1] - WINDOW_S, HOP_S):
        first, last = np.searchsorted(stamps, [start, start + WINDOW_S])
        if last - first > 0.9 * WINDOW_S * recording.rate_hz:
            covered = np.minimum(edges[1], start + WINDOW_S) - np.maximum(edges[0], start)
            window = recording.samples[first:last].astype(float)
            yield names[int(covered.argmax())], numbers(window, recording.rate_hz)


def numbers(window, rate_hz):
    size = np.linalg.norm(window, axis=1)
    power = np.abs(np.fft.rfft(size - size.mean())) ** 2 / len(size) ** 2
    hertz = np.fft.rfftfreq(len(size), 1 / rate_hz)
    bands = [
        power[(hertz >= low) & (hertz < high)].sum() for low, high in [(0.2, 2), (2, 6), (6, 15), (15, 25)]
    ]
    halves = [half.mean(axis=0) for half in np.array_split(window, 2)]
    cosine = halves[0] @ halves[1] / np.linalg.norm(halves[0]) / np.linalg.norm(halves[1])
    loud = [size.std(), size.max(), np.abs(np.diff(size)).max() * rate_hz, size[-len(size) // 4 :].std()]
    return [
        *np.log(np.array([*bands, *loud, window.std(axis=0).max()]) + 1e-3),
        size.min(),
        size.mean(),
        np.sqrt(np.arccos(np.clip(cosine, -1, 1))),
    ]
