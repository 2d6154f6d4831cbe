"""`projector features`: what the 122 numbers of a window are, straight from the registry."""

import json
from dataclasses import asdict

import click

from projector.features.registry import FEATURE_VERSION, FEATURES
from projector.features.tables import markdown_table, text_table


@click.group(name="features")
def command() -> None:
    """What is computed of each window."""


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with everything that is known of each.")
@click.option("--markdown", is_flag=True, help="As the README's table.")
def list_(as_json: bool, markdown: bool) -> None:
    """List every feature with its unit and formula."""
    if as_json:
        features = [asdict(feature) for feature in FEATURES]
        click.echo(
            json.dumps({"version": FEATURE_VERSION, "features": features}, ensure_ascii=False, indent=2)
        )
    else:
        click.echo(markdown_table() if markdown else text_table())
