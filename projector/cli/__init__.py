"""The command line: the same work as in the window, without one.

Each command is a module of this package that is imported when it is called, so that `projector open`
doesn't wait for pandas. An error that the user can act on ends with exit code 2 and no traceback.
"""

import importlib
import sys

import click

from projector import __version__
from projector.domain.errors import ProjectorError
from projector.domain.progress import Cancelled

# name → module; each module has a click command called `command`
COMMANDS = {
    "import": "import_",
    "info": "info",
    "simulate": "simulate",
    "features": "features",
    "extract": "extract",
    "project": "project",
    "labels": "labels",
    "open": "open_",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"projector.cli.{COMMANDS[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="projector")
def cli() -> None:
    """See every window of your ride recordings as a dot, and with a click the moment behind it."""


def run(arguments: list[str] | None = None) -> int:
    """Run a command line; returns its exit code: 0 done, 2 what the user can mend, 130 cancelled."""
    try:
        code = cli.main(arguments, prog_name="projector", standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
    except click.ClickException as error:
        error.show()
        code = 2
    except ProjectorError as error:
        click.echo(f"projector: {error}", err=True)
        code = 2
    except (KeyboardInterrupt, Cancelled):
        click.echo("projector: cancelled, nothing was written", err=True)
        code = 130
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of the `projector` command."""
    sys.exit(run())
