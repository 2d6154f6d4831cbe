"""The long work that can be asked for by name: plain functions of JSON-able arguments and a progress.

Each returns a JSON-able dict, arrays lie in files that it names. Nothing heavy is imported at the top:
the window's process reads this module too.
"""

from collections.abc import Callable, Mapping
from typing import Any

Result = dict[str, Any]


def warm_up() -> None:
    """Import and compile what makes the first UMAP slow, while the worker has nothing else to do."""
    from projector.projection.layout import prepare

    prepare()


TASKS: Mapping[str, Callable[..., Result]] = {}
