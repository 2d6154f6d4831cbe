"""How much of each dot's neighbourhood a map keeps, as a colouring that follows the map that is shown."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from projector.domain.nouns import Placement, Projection
from projector.library.cache import load_projection, save_projection
from projector.ui.items.map_texts import quality_text
from projector.workspace.columns import MAP_QUALITY
from projector.workspace.workspace import Workspace
from tests.ui.made import made_workspace


def measured(workspace: Workspace, seed: int) -> Projection:
    assert workspace.projection is not None
    n = len(workspace.projection.ids)
    kept = (np.random.default_rng(seed).integers(0, 11, n) / 10).astype(np.float32)
    kept[::7] = np.nan
    quality = {"neighbours_kept": 0.5, "fitted": 1200, "placed": n - 1200}
    state = np.full(n, Placement.PLACED, np.uint8)
    return replace(workspace.projection, method="umap", quality=quality, state=state, neighbours_kept=kept)


def test_colours_sizes_and_filter_follow_the_map_that_is_shown(tmp_path: Path) -> None:
    workspace = made_workspace()
    plain = workspace.projection
    assert plain is not None
    assert MAP_QUALITY in workspace.column_names()
    workspace.colour_by(MAP_QUALITY)
    workspace.size_by(MAP_QUALITY)
    assert workspace.colouring.missing == len(plain.ids)  # nobody measured this one
    for seed in (1, 2):
        made = measured(workspace, seed)
        stored = load_projection(save_projection(tmp_path, f"{seed:032x}", made))
        workspace.set_projection(stored)
        assert workspace.colouring.values is not None
        assert workspace.sizing is not None
        np.testing.assert_array_equal(workspace.colouring.values, made.neighbours_kept)
        np.testing.assert_allclose(workspace.sizing, np.nan_to_num(made.neighbours_kept), atol=1e-6)
        workspace.set_filter(f"`{MAP_QUALITY}` < 0.3")
        worst = made.neighbours_kept < 0.3
        np.testing.assert_array_equal(workspace.shown, worst & np.isfinite(plain.coords[:, 0]))
        assert quality_text(workspace) == "true neighbours kept: 50 %, a dot's among the 1,200 fitted"
    workspace.set_projection(plain)
    assert workspace.colouring.missing == len(plain.ids)
    assert not workspace.shown.any()
    workspace.set_filter("")
    workspace.colour_by("label")
    workspace.set_projection(measured(workspace, 1))
    assert quality_text(workspace) == "true neighbours kept: 50 %"
