"""The long work that can be asked for by name: plain functions of JSON-able arguments and a progress.

Each returns a JSON-able dict; arrays lie in the library's cache, in folders that it names. Nothing heavy
is imported at the top: the window's process reads this module too.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from projector.domain.nouns import FeatureTable, Projection
from projector.domain.progress import Progress
from projector.jobs.comparison import compare_layers
from projector.jobs.label_files import LABEL_TASKS
from projector.jobs.realign import realign
from projector.jobs.review import REVIEW_TASKS
from projector.jobs.similar import similar
from projector.jobs.tables import rule_of, table_folder

if TYPE_CHECKING:
    import numpy.typing as npt

    from projector.library.library import Library
    from projector.processing.arrangement import Arrangement
    from projector.projection.parameters import Parameters

AT_ONCE = 100_000  # windows; of so many the window's process joins labels and arranges dots in a moment

Result = dict[str, Any]


def meet(library: str, progress: Progress) -> Result:
    """Check a library that this computer hasn't met: {}. Opening it costs the window nothing after that."""
    from projector.library.library import Library

    progress(0, 0, "checking a library that is new here")
    Library.open(library).close()
    return {}


def extract(library: str, rule: Mapping[str, Any], progress: Progress) -> Result:
    """Features of every window of a library: {"table": its folder in the cache}."""
    from projector.library.library import Library

    with Library.open(library) as opened:
        return {"table": str(table_folder(opened, rule_of(rule), progress))}


def project(
    library: str,
    rule: Mapping[str, Any],
    method: str,
    parameters: Mapping[str, Any],
    progress: Progress,
    start: str | None = None,
) -> Result:
    """A map of a library's windows: {"table": folder, "projection": folder}. Extracts first if need be.

    start   folder of an older map, perhaps of fewer rides, from which UMAP begins and to which the new
            one is aligned, so that the picture doesn't jump; then it is made anew, whatever the cache has
    """
    from projector.library import cache
    from projector.library.library import Library
    from projector.projection.registry import parameters_of

    wanted = parameters_of(method, parameters)
    with Library.open(library) as opened:
        folder = table_folder(opened, rule_of(rule), progress)
        table = cache.load_table(folder, rule_of(rule))
        found = None if start else cache.find_projection(opened, table, method, wanted)
        if found is None:
            old = cache.load_projection(Path(start)) if start else None
            made = projection_of(opened, table, method, wanted, old, progress)
            key = cache.projection_key(table.key, method, wanted)
            found = cache.save_projection(
                cache.cache_folder(opened.path), key, made, arranged(made, progress)
            )
    return {"table": str(folder), "projection": str(found)}


def place(library: str, rule: Mapping[str, Any], onto: str, progress: Progress) -> Result:
    """Windows that came since an older map was made, placed on it: {"table": folder, "projection": folder}.

    onto    its folder; it counts as the map of all windows from now on, until it is laid out anew
    """
    from projector.jobs.maps import parameters_of_map, place_on
    from projector.library import cache
    from projector.library.library import Library

    with Library.open(library) as opened:
        folder = table_folder(opened, rule_of(rule), progress)
        table, old = cache.load_table(folder, rule_of(rule)), cache.load_projection(Path(onto))
        made = place_on(old, opened, table, progress)
        key = cache.projection_key(table.key, old.method, parameters_of_map(old))
        found = cache.save_projection(cache.cache_folder(opened.path), key, made, arranged(made, progress))
    return {"table": str(folder), "projection": str(found)}


def label(library: str, table: str, rule: Mapping[str, Any], annotations: str, progress: Progress) -> Result:
    """The label of every window of a table: {"labels": folder}.

    table, annotations  their folders in the cache; these annotations count, whoever made them
    """
    from projector.annotations.window_labels import window_labels
    from projector.library import cache

    progress(0, 0, "joining windows and labels")
    loaded, marks = cache.load_table(Path(table), rule_of(rule)), cache.load_annotations(Path(annotations))
    codes = window_labels(loaded.windows, marks, loaded.rule)
    key = cache.labels_key(loaded.key, loaded.rule, Path(annotations).name)
    return {"labels": str(cache.save_labels(cache.cache_folder(library), key, codes))}


def align(library: str, ride: int, progress: Progress) -> Result:
    """A ride's axes turned so that gravity points along +z, with their levels: {"aligned": folder}."""
    from projector.library import cache
    from projector.library.library import Library
    from projector.processing.aligned import turn
    from projector.processing.levels import build_levels

    with Library.open(library) as opened:
        key = cache.aligned_key(opened.describe(ride).signal_hash.hex())
        pyramid = opened.ride(ride).primary.pyramid()
        axes, count = pyramid.axes, pyramid.clock.count
        assert axes is not None

        def fill(samples: "npt.NDArray[np.float32]") -> dict[str, "npt.NDArray[np.float32]"]:
            turn(pyramid.samples, samples, axes, progress)
            progress(0, 0, "summing the turned axes up")
            levels = build_levels(samples, pyramid.clock, axes)
            return {f"level.{k}": level.values[0:] for k, level in enumerate(levels)}

        shape = count, pyramid.samples[0:1].shape[1]
        return {"aligned": str(cache.make_aligned(cache.cache_folder(opened.path), key, shape, fill))}


def check(folders: Sequence[str], progress: Progress) -> Result:
    """Every byte of results in the cache, of which opening reads only the first: {"damaged": folders}."""
    from projector.library.result_folder import check_whole

    return {"damaged": [folder for folder in folders if not check_whole(Path(folder), progress)]}


def import_recordings(progress: Progress, **arguments: Any) -> Result:
    """Recordings into a library, see `projector.library.importing`: {"path", "report" (text), "details"}."""
    from projector.library.importing import import_recordings as bring_in
    from projector.library.readers import load_description, shipped_names
    from projector.library.writer import LibraryThere

    description = arguments.pop("description", None)  # a shipped one's name, or a file
    if description in shipped_names():
        arguments["as_"] = description
    elif description:
        arguments["description"] = load_description(Path(description))
    try:
        report = bring_in(**arguments, progress=progress)
    except LibraryThere as error:
        error.remedy = "name another file, or choose at “if it is there” to add to it or to replace it"
        raise
    return {"path": str(report.path), "report": report.text(), "details": report.to_json()}


def warm_up() -> None:
    """Import and compile what makes first features and maps slow, while the worker has nothing else to do."""
    from projector.features import compiled
    from projector.projection import layout

    compiled.prepare()
    layout.prepare()


TASKS: Mapping[str, Callable[..., Result]] = {
    "meet": meet,
    "extract": extract,
    "project": project,
    "place": place,
    "label": label,
    "align": align,
    "check": check,
    "import_recordings": import_recordings,
    **REVIEW_TASKS,
    **LABEL_TASKS,
    "similar": similar,
    "realign": realign,
    "compare_layers": compare_layers,
}


# --- what making a map takes ----------------------------------------------------------------------------


def projection_of(
    library: "Library",
    table: FeatureTable,
    method: str,
    parameters: "Parameters",
    old: Projection | None,
    progress: Progress,
) -> Projection:
    """A table's projection with all that is needed to make it again.

    old     an older map to go on from, as far as the library has its rides unchanged
    """
    from projector.jobs.maps import cut_of, rides_kept, still_there
    from projector.projection.align import align, coordinates_of
    from projector.projection.registry import method as method_named
    from projector.projection.registry import project as lay_out

    ids, start = table.windows.ids, None
    if old is not None and old.method == method and method_named(method).stays:
        same = still_there(old, library)
        old_ids, old_coords = old.ids[same], old.coords[same]
        start = coordinates_of(ids, old_coords, old_ids)
    strata = strata_of(library, table)
    made = lay_out(
        table.values, table.names, method, parameters, strata=strata, start=start, progress=progress
    )
    coords = made.coords
    if start is not None and method_named(method).turns:
        coords = align(coords, ids, old_coords, old_ids)
    told: dict[str, object] = {**parameters.as_dict(), "version": parameters.version, "cut": cut_of(table)}
    told |= {"input": table.key, "features": len(table.names)}
    told["continued"] = start is not None and bool(np.isfinite(start).any())
    kept = {**made.frozen.arrays(), **rides_kept(library)} if made.frozen else {}
    return Projection(ids, coords, method, told, made.quality, made.state, kept, made.neighbours_kept)


def arranged(projection: Projection, progress: Progress) -> "Arrangement | None":
    """What showing many windows takes, so that the window needn't make it; None for few: it is quicker."""
    from projector.processing.arrangement import arrange

    if len(projection.ids) <= AT_ONCE:
        return None
    progress(0, 0, f"arranging {len(projection.ids):,} dots")
    return arrange(projection.ids, projection.coords)


def strata_of(library: "Library", table: FeatureTable) -> "npt.NDArray[np.int64]":
    """A number for each kind of window, ride and label: all kinds should be among the landmarks."""
    from projector.annotations.window_labels import window_labels
    from projector.domain.ids import ride_numbers

    annotations = library.annotations
    labels = window_labels(table.windows, annotations, table.rule)
    return ride_numbers(table.windows.ids) * (len(annotations.label_names) + 1) + labels + 1
