"""Keeps how the windows were looked at, and looks at them that way again at the next start."""

import contextlib

from projector.domain.errors import ExpressionError, InputError
from projector.workspace.memory import Memory
from projector.workspace.workspace import Workspace


class Remembering:
    """Writes colouring, sizes, filter and tracks into the memory as they change; `restore` puts them back."""

    def __init__(self, workspace: Workspace, memory: Memory) -> None:
        self._workspace, self._memory = workspace, memory
        for signal in (
            workspace.colouring_changed,
            workspace.sizing_changed,
            workspace.filter_changed,
            workspace.features_chosen,
        ):
            signal.connect(self._keep)
        # What a library looks like before `restore` is nobody's choice.
        workspace.library_changed.connect(self._pause)
        self._chosen = False

    def restore(self) -> None:
        """Look at new windows as the last ones were looked at; what they don't have is left out."""
        workspace, memory = self._workspace, self._memory
        known = workspace.column_names()
        self._chosen = False
        workspace.choose_features(tuple(name for name in memory.chosen_features if name in known))
        if memory.colouring in known:
            workspace.colour_by(memory.colouring)
        with contextlib.suppress(InputError):
            workspace.size_by(memory.sizing if memory.sizing in known else "")
        with contextlib.suppress(ExpressionError):
            workspace.set_filter(memory.filter)
        self._chosen = True

    def _pause(self) -> None:
        self._chosen = False

    def _keep(self) -> None:
        workspace, memory = self._workspace, self._memory
        if not self._chosen:
            return
        memory.colouring, memory.sizing = workspace.colouring.name, workspace.sizing_name
        memory.filter, memory.chosen_features = workspace.filter_text, list(workspace.chosen_features)
