"""`projector project`: a map of a feature table's windows. Its options are the methods' parameters."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from projector.cli.progress import Line
from projector.domain.nouns import Placement
from projector.jobs.exports import map_table
from projector.library.tables import read, table_path, write
from projector.projection.registry import METHODS, Method


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """One option a parameter; a name that several methods share is one option."""
    found: dict[str, tuple[Any, list[Method]]] = {}
    for method in METHODS:
        for one in fields(method.parameters):
            found.setdefault(one.name, (one, []))[1].append(method)
    for name, (one, methods) in reversed(found.items()):
        whose = ", ".join(method.name for method in methods)
        choices = one.metadata["choices"]
        function = click.option(
            f"--{name.replace('_', '-')}",
            type=click.Choice(choices) if choices else type(one.default),
            help=f"{one.metadata['help']} ({whose}; default {one.default!r})",
        )(function)
    return function


@click.command(name="project")
@click.argument("features", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The map: *.parquet or *.csv."
)
@click.option(
    "--method",
    type=click.Choice([method.name for method in METHODS]),
    default="umap",
    show_default=True,
    help="How to make the map.",
)
@_options
def command(features: Path, output: Path, method: str, **options: Any) -> None:
    """Lay out the windows of FEATURES, a table that `projector extract` wrote.

    One row a window: window_id, ride_id, start_s, stop_s, label, coordinates, placement. The file also
    says which table, parameters and seed it was made with.
    """
    parameters = {name: value for name, value in options.items() if value is not None}
    table_path(output)
    with Line() as progress:
        made = map_table(read(features, progress), method, parameters, progress)
        write(output, made, progress)
    click.echo(f"{output}: {_summary(made.about['quality'], len(made))}")


def _summary(quality: dict[str, Any], windows: int) -> str:
    said = [f"{windows:,} windows"]
    said += [
        f"{quality[place.name.lower()]:,} {place.name.lower().replace('_', ' ')}"
        for place in Placement
        if quality[place.name.lower()]
    ]
    if "explained_variance" in quality:
        said.append(f"{sum(quality['explained_variance'][:2]):.0%} of the variance in two components")
    if "neighbours_kept" in quality:
        said.append(f"{quality['neighbours_kept']:.0%} of true neighbours kept")
        said.append(f"trustworthiness {quality['trustworthiness']:.3f}")
    return ", ".join(said)
