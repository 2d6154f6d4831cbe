"""`projector import`: recordings of any layout into one library file, with a report."""

import json
from pathlib import Path

import click

from projector.cli.info import printable
from projector.cli.progress import Line
from projector.library.importing import import_recordings
from projector.library.readers import load_description, shipped_names


@click.command(name="import")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The library to write, *.h5."
)
@click.option(
    "--as", "as_", metavar="NAME", help=f"A description that comes along: {', '.join(shipped_names())}."
)
@click.option("--description", type=click.Path(path_type=Path), help="Your own import description, *.toml.")
@click.option("--replace", is_flag=True, help="Write the library anew; its labels are never touched.")
@click.option("--into", is_flag=True, help="Add to the library; rides that are there keep their numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    sources: tuple[str, ...],
    output: Path,
    as_: str | None,
    description: Path | None,
    replace: bool,
    into: bool,
    as_json: bool,
) -> None:
    """Bring recordings, files or folders of them, into a library.

    CSV, TSV, Parquet and HDF5 with the usual column names are recognised. For everything else an import
    description says what is what: see docs/import-description.md.
    """
    if as_ and description:
        raise click.UsageError("--as and --description exclude one another")
    if replace and into:
        raise click.UsageError("--replace and --into exclude one another")
    with Line() as progress:
        report = import_recordings(
            sources,
            output,
            as_=as_,
            description=load_description(description) if description else None,
            replace=replace,
            into=into,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, allow_nan=False))
        return
    for line in report.text().splitlines():
        click.echo(printable(line))
