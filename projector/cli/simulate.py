"""`projector simulate`: a library of made-up rides, for trying things out and for measurements."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from projector.cli.progress import Line
from projector.library.simulator.ride import Settings
from projector.library.simulator.store import truth_path, write_simulated

USUAL = Settings()
SHARE = click.FloatRange(0, 1)
Command = TypeVar("Command", bound=Callable[..., Any])


def _share(name: str, usual: float, text: str) -> Callable[[Command], Command]:
    return click.option(name, type=SHARE, default=usual, show_default=True, metavar="SHARE", help=text)


@click.command(name="simulate")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The .h5 file to write.")
@click.option("--rides", type=click.IntRange(1), default=12, show_default=True, help="How many rides.")
@click.option(
    "--minutes",
    type=click.FloatRange(1, 24 * 60),
    default=USUAL.minutes,
    show_default=True,
    help="Mean length of a ride; each is 0.75 to 1.25 of it.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=USUAL.seed,
    show_default=True,
    help="The same seed, the same rides.",
)
@click.option(
    "--riders",
    type=click.IntRange(1),
    default=USUAL.riders,
    show_default=True,
    help="How many riders take turns.",
)
@_share("--accidents", USUAL.accidents, "Share of rides that end in a fall or a crash.")
@_share("--drops", USUAL.drops, "Share of rides on which the phone is dropped.")
@_share("--wrong-labels", USUAL.wrong_labels, "Share of annotations that are wrong.")
@_share("--gaps", USUAL.gaps, "Share of rides, where phones stamp time, whose recording pauses once.")
@click.option(
    "--gyro/--no-gyro", default=USUAL.gyro, show_default=True, help="Record the gyro of phones that have one."
)
@click.option("--gps/--no-gps", default=USUAL.gps, show_default=True, help="Record speed once a second.")
@click.option("--replace", is_flag=True, help="Write over files that are there.")
def command(output: Path, rides: int, replace: bool, **choices: float) -> None:
    """Make motorcycle rides from physics and write them as a library.

    Beside NAME.h5 stands NAME.truth.csv: every annotation as it should be and as it was given. Ride k is
    the same however many rides are made.
    """
    settings = Settings(**choices)  # type: ignore[arg-type]
    with Line() as progress:
        report = write_simulated(output, rides, settings, replace=replace, progress=progress)
    counts = f"{len(report.ids):,} rides, {report.samples:,} samples, {report.annotations:,} annotations"
    click.echo(f"{report.path}: {counts}")
    click.echo(f"{truth_path(output)}: the truth about the annotations")
