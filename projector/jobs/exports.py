"""Feature tables and maps as columns for other programs: what `projector extract` and `project` write."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from projector import __version__
from projector.annotations.window_labels import window_labels
from projector.domain.columns import Category, Column, take
from projector.domain.errors import InputError
from projector.domain.ids import first_samples, ride_numbers, window_name
from projector.domain.nouns import FeatureTable, Placement
from projector.domain.progress import Progress
from projector.features.registry import FEATURE_VERSION
from projector.library.tables import Table
from projector.projection.registry import Solution, parameters_of
from projector.projection.registry import project as lay_out

if TYPE_CHECKING:
    from projector.library.library import Library

CARRIED = ("window_id", "ride_id", "start_s", "stop_s", "label")  # from a feature table into its map


def features_table(library: "Library", table: FeatureTable) -> Table:
    """Who, when, label, the ride's metadata, auxiliary means, then the features, one row a window."""
    windows = table.windows
    rides = ride_numbers(windows.ids)
    rows = np.searchsorted(library.numbers, rides)
    ids = [
        window_name(library.ids[row], first)
        for row, first in zip(rows.tolist(), first_samples(windows.ids).tolist(), strict=True)
    ]
    labels = window_labels(windows, library.annotations, table.rule)
    columns: dict[str, Column] = {
        "window_id": Category(np.arange(len(ids), dtype=np.int32), tuple(ids)),
        "ride_id": Category(rows.astype(np.int32), library.ids),
        "start_s": windows.start_s,
        "stop_s": windows.stop_s,
        "label": Category(labels, library.annotations.label_names),
        "gap_share": windows.gap_share,
    }
    features = {name: table.values[:, index] for index, name in enumerate(table.names)}
    for name in library.metadata_names:
        columns[_free(name, "ride", columns, features)] = take(library.columns[name], rows)
    for name, values in table.aux.items():
        columns[_free(name, "window", columns, features)] = values
    about = {
        "kind": "features",
        "projector": __version__,
        "library": library.path.name,
        "content_hash": library.content_hash,
        "rule": asdict(table.rule),
        "rate_hz": table.rate_hz,
        "feature_version": FEATURE_VERSION,
        "key": table.key,
        "features": list(table.names),
    }
    return Table(columns | features, about)


def map_table(features: Table, method: str, parameters: Mapping[str, Any], progress: Progress) -> Table:
    """The map of a feature table's windows, with all that is needed to make it again.

    Raises InputError when the table isn't one of features, or for parameters as `project` does.
    """
    if features.about.get("kind") != "features":
        raise InputError("this is no table of features", remedy="make one with `projector extract`")
    names = tuple(features.about["features"])
    wanted = parameters_of(method, parameters)
    made = lay_out(features.matrix(names), names, method, wanted, strata=_kinds(features), progress=progress)
    columns = {name: features.columns[name] for name in CARRIED if name in features.columns}
    columns |= {name: made.coords[:, index] for index, name in enumerate(_axis_names(made, method))}
    columns["placement"] = Category(
        made.state.astype(np.int32), tuple(place.name.lower() for place in Placement)
    )
    about = {
        "kind": "map",
        "projector": __version__,
        "method": method,
        "parameters": wanted.as_dict(),
        "method_version": wanted.version,
        "quality": made.quality,
        "input": {name: value for name, value in features.about.items() if name != "features"},
        "features": list(names),
    }
    return Table(columns, about)


def _kinds(features: Table) -> npt.NDArray[np.int64]:
    """As `tasks.strata_of`, from the table's own columns."""
    kinds = np.zeros(len(features), np.int64)
    for name in ("ride_id", "label"):
        column = features.columns.get(name)
        if isinstance(column, Category):
            kinds = kinds * (len(column.names) + 1) + column.codes + 1
    return kinds


def _axis_names(made: Solution, method: str) -> list[str]:
    width = made.coords.shape[1]
    return [f"pc{index + 1}" for index in range(width)] if method == "pca" else ["x", "y"]


def _free(name: str, whose: str, *taken: Mapping[str, object]) -> str:
    """The name, or one that says whose it is where another column has it already."""
    while any(name in columns for columns in taken):
        name = f"{whose}.{name}"
    return name
