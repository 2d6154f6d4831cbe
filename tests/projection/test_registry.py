"""The contract that every projection keeps, and parameters that say what they are."""

from dataclasses import fields

import numpy as np
import pytest

from projector.domain.errors import InputError
from projector.domain.nouns import Placement
from projector.domain.progress import Cancelled
from projector.projection.parameters import PCAParameters, UMAPParameters
from projector.projection.registry import METHODS, method, parameters_of, project

NAMES = tuple(f"f{index}" for index in range(6))
FAST = {"umap": {"epochs": 20}}
# umap-learn compiles itself for half a minute: test_umap.py holds it to the same, in one process with its kin
each_method = pytest.mark.parametrize(
    "one", [one for one in METHODS if one.name != "umap-learn"], ids=lambda one: one.name
)


def table(n=60):
    values = np.random.default_rng(3).normal(size=(n, 6)).astype(np.float32)
    values[::13] = np.nan
    return values


@each_method
def test_every_window_has_coordinates_or_is_said_not_to(one):
    made = project(table(), NAMES, one.name, FAST.get(one.name, {}))
    assert made.coords.dtype == np.float32
    assert made.coords.shape[0] == 60
    assert made.coords.shape[1] >= 2
    missing = np.isnan(table()).any(axis=1)
    np.testing.assert_array_equal(np.isnan(made.coords).all(axis=1), missing)
    np.testing.assert_array_equal(made.state == Placement.NOT_PLACED, missing)
    assert made.quality["not_placed"] == missing.sum()
    assert made.quality["fitted"] + made.quality["placed"] + made.quality["off_map"] == (~missing).sum()


@each_method
def test_the_same_again_gives_the_same_bits(one):
    first, again = (project(table(), NAMES, one.name, FAST.get(one.name, {})) for _ in range(2))
    assert first.coords.tobytes() == again.coords.tobytes()


@each_method
def test_its_table_is_not_changed_and_may_be_read_only(one):
    values = table()
    values.flags.writeable = False
    project(values, NAMES, one.name, FAST.get(one.name, {}))


@each_method
def test_it_can_be_cancelled(one):
    def stop(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        project(table(), NAMES, one.name, FAST.get(one.name, {}), progress=stop)


@each_method
def test_parameters_describe_themselves_and_survive_json(one):
    wanted = parameters_of(one.name, {})
    for field in fields(wanted):
        about = field.metadata
        assert about["label"]
        assert about["help"].endswith(".")
        assert (
            about["choices"]
            or isinstance(field.default, str)
            or about["min"] <= field.default <= about["max"]
        )
    assert parameters_of(one.name, wanted.as_dict()) == wanted


def test_axes_are_the_features_themselves():
    made = project(table(), NAMES, "axes", {"x": "f4", "y": "f1"})
    np.testing.assert_array_equal(made.coords[1], table()[1, [4, 1]])
    assert (made.quality["across"], made.quality["up"]) == ("f4", "f1")
    assert project(table(), NAMES, "axes", {}).quality["up"] == "f1"
    with pytest.raises(InputError, match="no feature 'g'"):
        project(table(), NAMES, "axes", {"x": "g"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"neighbours": 1}, "2 to 200"),
        ({"neighbours": 2.5}, "whole"),
        ({"neighbours": "many"}, "number"),
        ({"neighbours": True}, "number"),
        ({"min_dist": float("nan")}, "0 to 1"),
        ({"metric": "taxi"}, "manhattan"),
        ({"neighbors": 5}, "neighbours"),
    ],
)
def test_what_is_out_of_range_is_refused_with_what_is_in(wrong, said):
    with pytest.raises(InputError) as refused:
        UMAPParameters.of(wrong)
    assert said in str(refused.value)


def test_an_unknown_projection_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="tsne") as refused:
        method("tsne")
    assert "pca" in refused.value.remedy


def test_too_few_windows_are_an_input_error():
    with pytest.raises(InputError, match="4 windows"):
        project(table(3)[1:], NAMES, "umap", {})
    with pytest.raises(InputError, match="no window"):
        project(table(0), NAMES, "pca", {})


def test_one_window_has_a_place_in_pca():
    made = project(table(2)[1:], NAMES, "pca", PCAParameters())
    np.testing.assert_array_equal(made.coords, np.zeros((1, 6)))


def test_one_feature_still_makes_two_coordinates():
    for name in ("pca", "umap", "axes"):
        made = project(table()[:, :1].copy(), ("f0",), name, FAST.get(name, {}))
        assert made.coords.shape[1] == 2
        assert np.isfinite(made.coords[1]).all()
