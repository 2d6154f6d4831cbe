"""`projector open`: the window, or with --screenshot a picture of it without a display."""

import sys
from pathlib import Path

import click

from projector.domain.errors import InputError


@click.command(name="open")
@click.argument("library", required=False, type=click.Path(path_type=Path))
@click.option("--select", default="", metavar="WINDOW_ID", help="Select a window, <ride_id>@<first_sample>.")
@click.option(
    "--layer",
    default="",
    metavar="NAME",
    help="Whose labels are shown, where they aren't adjudicated: a person's, or imported. Default: your own.",
)
@click.option(
    "--screenshot",
    type=click.Path(path_type=Path),
    metavar="OUT.png",
    help="Draw the window to a PNG without a display, and end.",
)
@click.option("--size", default="1400x850", show_default=True, metavar="WxH", help="Size of the screenshot.")
@click.option("--scale", default=1.0, show_default=True, help="Device pixels a point of the screenshot.")
@click.option("--theme", type=click.Choice(["dark", "light"]), help="Theme of the screenshot.")
@click.option(
    "--layout", type=click.Choice(["inspect", "label", "features"]), help="Layout of the screenshot."
)
@click.option("--method", type=click.Choice(["pca", "umap"]), help="Projection of the screenshot.")
def command(
    library: Path | None,
    select: str,
    layer: str,
    screenshot: Path | None,
    size: str,
    scale: float,
    theme: str | None,
    layout: str | None,
    method: str | None,
) -> None:
    """Open a LIBRARY in the window; without one, the last one that was open."""
    if library is not None:
        from projector.library.checks import check_local

        check_local(library)
    if library is not None and not library.exists():
        raise InputError("there is no such file", where=str(library), remedy="check the path")
    if screenshot is None:
        from projector.ui.app import run_app

        sys.exit(run_app(library, select, layer))
    if library is None:
        raise InputError(
            "a screenshot needs a library", remedy="projector open rides.h5 --screenshot out.png"
        )
    if screenshot.suffix.lower() != ".png":
        raise InputError("a screenshot is a PNG", where=str(screenshot), remedy="let its name end in .png")
    if not screenshot.parent.is_dir():
        raise InputError(
            "there is no such folder", where=str(screenshot.parent), remedy="make it first, or name another"
        )
    from projector.ui.screenshot import Shot, take

    take(
        library,
        screenshot,
        Shot(select, _size(size), scale, theme or "dark", layout or "inspect", method or "pca", layer),
    )
    click.echo(f"wrote {screenshot}")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (
        width.isdecimal() and height.isdecimal() and 200 <= int(width) <= 8000 and 200 <= int(height) <= 8000
    ):
        raise InputError(f"{text!r} is no size", remedy="write it as 1400x850, each side 200 to 8000")
    return int(width), int(height)
