"""`projector extract`: the features of every window of a library as a table for other programs."""

from pathlib import Path

import click

from projector.cli.progress import Line
from projector.domain.errors import InputError
from projector.domain.nouns import LabelRule, WindowRule
from projector.jobs.cluster import table_folder as cluster_table_folder
from projector.jobs.exports import features_table
from projector.jobs.tables import table_folder
from projector.library.cache import load_table
from projector.library.library import Library
from projector.library.partitions import write_parts
from projector.library.tables import table_path, write

USUAL = WindowRule()


@click.command(name="extract")
@click.argument("library", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The table: *.parquet or *.csv."
)
@click.option("--window", type=float, default=USUAL.length_s, show_default=True, help="A window's length, s.")
@click.option(
    "--hop", type=float, default=USUAL.hop_s, show_default=True, help="From one window to the next, s."
)
@click.option("--rate", type=float, help="Samples a second in a window; by default the library's lowest.")
@click.option(
    "--label-rule",
    type=click.Choice([rule.value for rule in LabelRule]),
    default=USUAL.label_rule.value,
    show_default=True,
    help="Which annotation gives a window its label.",
)
@click.option(
    "--share",
    type=float,
    default=USUAL.share,
    show_default=True,
    help="With --label-rule share: the part of a window that a label must cover.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Compute on a Dask cluster, tcp://…, whose workers see LIBRARY under the same path; OUTPUT becomes "
    "a folder of Parquet files.",
)
def command(
    library: Path,
    output: Path,
    window: float,
    hop: float,
    rate: float | None,
    label_rule: str,
    share: float,
    cluster: str | None,
) -> None:
    """Compute the features of every window of LIBRARY and write them as a table.

    One row a window: window_id, ride_id, start_s, stop_s, label, gap_share, the ride's metadata, means of
    auxiliary channels, features. A window with more than 5 % gap has no features.
    """
    rule = WindowRule(window, hop, rate, LabelRule(label_rule), share)
    if table_path(output).suffix == ".csv" and cluster:
        raise InputError("a cluster's table is Parquet", where=str(output), remedy="name it .parquet")
    with Line() as progress, Library.open(library) as opened:
        if cluster:
            table = load_table(cluster_table_folder(opened, rule, cluster, progress), rule)
            write_parts(output, features_table(opened, table), progress)
        else:
            table = load_table(table_folder(opened, rule, progress), rule)
            write(output, features_table(opened, table), progress)
    without = int((~(table.windows.gap_share <= 0.05)).sum())
    gaps = f", {without:,} of them without features (gaps)" if without else ""
    click.echo(
        f"{output}: {len(table.windows):,} windows{gaps}, {len(table.names)} features at {table.rate_hz:g} Hz"
    )
