"""The picture of the dots: what is drawn, what is not, and that panning changes no pixel of it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projector.processing.grid_index import FIRST_BAND, build_index
from projector.ui.items.dots import Region, colour, colour_table, draw, finish, paint
from projector.ui.items.dots_canvas import DotCanvas
from projector.ui.items.dots_scene import DotScene, Looks
from projector.ui.items.dots_stamp import FULL, LEVEL_SHIFT, SHAPES, dot_mask, pack, stamp
from projector.ui.items.map_transition import Transition, on_screen
from projector.ui.items.map_viewport import MARGIN, Viewport, fitted

WIDE, HIGH = 90, 70
GROUND = (20, 24, 30)


def made_scene(
    n: int, seed: int, *, shapes: bool = False, selected: bool = False, hidden: float = 0.0
) -> DotScene:
    rng = np.random.default_rng(seed)
    xy = rng.normal(size=(n, 2)).astype(np.float32)
    scene = DotScene()
    scene.set_points(build_index(np.arange(n, dtype=np.int64), xy), xy)
    if hidden:
        scene.set_shown(rng.random(n) >= hidden)
    shape_of = (np.arange(256) % len(SHAPES)).astype(np.uint8) if shapes else None
    ringed = rng.random(n) < 0.1 if shapes else None
    scene.set_looks(Looks(rng.integers(0, 9, n).astype(np.uint8), shape_of, ringed=ringed))
    scene.set_selected(rng.random(n) < 0.2 if selected else None)
    return scene


def made_table(greyed: bool = False) -> np.ndarray:
    colours = np.random.default_rng(9).integers(60, 255, (256, 3)).astype(np.uint8)
    return colour_table(colours, GROUND, greyed)


def canvas_of(scene: DotScene, view: Viewport, budget: int = 2**60) -> DotCanvas:
    canvas = DotCanvas()
    canvas.set_dots(scene.layers(1.0), made_table())
    canvas.show(view, budget)
    return canvas


@settings(max_examples=40)
@given(
    st.integers(1, 3000),
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.booleans(),
    st.floats(0.7, 40),
    st.lists(st.tuples(st.integers(-80, 80), st.integers(-60, 60)), min_size=1, max_size=6),
)
def test_panning_draws_what_a_full_redraw_draws(n, seed, shapes, selected, zoom, moves) -> None:
    scene = made_scene(n, seed, shapes=shapes, selected=selected)
    view = fitted(scene.box(), WIDE, HIGH).zoomed(zoom, WIDE / 2, HIGH / 2, (0, 1e9))
    canvas = canvas_of(scene, view)
    for dx, dy in moves:
        view = view.moved(dx, dy)
        canvas.show(view)
        assert np.array_equal(canvas.picture(), canvas_of(scene, view).picture())


@settings(max_examples=30)
@given(st.integers(1, 400), st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_every_dot_is_laid_by_its_value(n, seed, shapes, selected) -> None:
    """Against one dot at a time: the greatest value at each pixel; at one pixel of a plane the last dot."""
    scene = made_scene(n, seed, shapes=shapes, selected=selected)
    view = fitted(scene.box(), WIDE, HIGH)
    region = Region(view.scale, view.left, view.top, WIDE, HIGH)
    expected = np.zeros((HIGH + 60, WIDE + 60), np.uint32)
    for layer in scene.layers(1.0):
        columns = (layer.index.x * np.float32(view.scale) + np.float32(0.5)).astype(int) - view.left
        rows = (layer.index.y * np.float32(view.scale) + np.float32(0.5)).astype(int) - view.top
        planes = layer.planes if layer.planes is not None else np.zeros(len(rows), int)
        spots = dict(zip(zip(rows, columns, planes, strict=True), layer.values, strict=True))
        for (row, column, plane), value in spots.items():
            for runs, ups in layer.masks[plane].rows:
                for (level, along, length), up in product(runs, ups):
                    laid = value & ~np.uint32((FULL ^ level) << LEVEL_SHIFT)
                    part = expected[row + up + 30, column + along + 30 :][:length]
                    np.maximum(part, laid, out=part)
    assert np.array_equal(finish(draw(scene.layers(1.0), region, 9)), expected[30:-30, 30:-30])


@settings(max_examples=40)
@given(st.integers(1, 120), st.integers(0, 2**32 - 1))
def test_hidden_dots_are_neither_drawn_nor_picked_nor_caught(n, seed) -> None:
    scene = made_scene(n, seed, hidden=0.5)
    rows = set(scene.shown.rows.tolist())
    view = fitted((0, 0, scene.extent(), scene.extent()), 400, 400)
    picture = canvas_of(scene, view).picture()
    ground = made_table()[0]
    for row in range(n):
        x, y = scene.position(row)
        column, line = (round(at) for at in view.to_pixels(x, y))
        if row in rows:
            assert picture[line, column] != ground
            assert scene.row_at(x, y, 1e-6 * scene.extent()) in rows
    everything = np.array([(-1, -1), (1e6, -1), (1e6, 1e6), (-1, 1e6)], float)
    assert scene.rows_in(everything).tolist() == sorted(rows)
    if not rows:
        assert (picture == ground).all()


def test_a_quick_picture_only_lacks_dots_and_refines_to_the_exact_one() -> None:
    n = FIRST_BAND * 5
    scene = made_scene(n, 3)
    view = fitted(scene.box(), 200, 160)
    quick = canvas_of(scene, view, budget=1000)
    exact = canvas_of(scene, view).picture()
    assert not quick.exact
    drawn = quick.picture() != made_table()[0]
    assert 0 < drawn.sum() < (exact != made_table()[0]).sum()
    steps = sum(1 for _ in quick.refine())
    assert steps > 3
    assert quick.exact
    assert np.array_equal(quick.picture(), exact)


def test_selected_dots_keep_their_colour_over_greyed_ones() -> None:
    xy = np.array([[0, 0], [0, 0], [1, 1]], np.float32)
    for chosen in (0, 1):  # whichever of the two would be on top otherwise
        scene = DotScene()
        scene.set_points(build_index(np.arange(3, dtype=np.int64), xy), xy)
        scene.set_looks(Looks(np.array([1, 2, 3], np.uint8)))
        scene.set_selected(np.arange(3) == chosen)
        table = made_table(greyed=True)
        canvas = DotCanvas()
        canvas.set_dots(scene.layers(1.0), table)
        canvas.show(fitted(scene.box(), 100, 100))
        x, y = fitted(scene.box(), 100, 100).to_pixels(*scene.position(0))
        assert canvas.picture()[round(y), round(x)] == table[1 << 10 | FULL << 8 | (chosen + 1)]


@pytest.mark.parametrize("shape", [*SHAPES, "ring"])
@pytest.mark.parametrize("size", [2, 3, 4, 5.6, 7, 9, 18])
def test_a_dot_has_its_size_and_is_symmetric(shape, size) -> None:
    mask = dot_mask(shape, size)
    wide = 4 * mask.reach + 20
    centres = np.zeros((1, wide * wide), np.uint32)
    middle = wide // 2
    value = pack(np.array([5], np.uint32), np.array([7], np.uint8), 0)[0]
    centres[0, middle * wide + middle] = value
    out = np.zeros(wide * wide, np.uint32)
    stamp(centres, wide, (mask,), out)
    picture = out.reshape(wide, wide)
    rows, columns = np.nonzero(picture)
    assert set(np.unique(picture & 0xFF)) <= {0, 7}
    assert (columns + 0.5).mean() == pytest.approx(middle, abs=1e-9)
    assert (
        abs(np.ptp(columns) + 1 - size * {"triangle": 1.3, "diamond": 1.2, "square": 0.88}.get(shape, 1)) <= 2
    )
    if shape != "triangle":
        assert (rows + 0.5).mean() == pytest.approx(middle, abs=1e-9)


def test_large_regions_are_drawn_in_parts(monkeypatch) -> None:
    scene = made_scene(500, 1, shapes=True)
    view = fitted(scene.box(), WIDE, HIGH)
    region = Region(view.scale, view.left, view.top, WIDE, HIGH)
    whole = finish(draw(scene.layers(1.0), region, 9))
    monkeypatch.setattr("projector.ui.items.dots.MOST_PIXELS", 2000)
    assert np.array_equal(finish(draw(scene.layers(1.0), region, 9)), whole)


@pytest.mark.parametrize("high", [1, 2, HIGH])
def test_two_threads_draw_what_one_draws(monkeypatch, high) -> None:
    scene = made_scene(3000, 2, shapes=True, selected=True)
    view = fitted(scene.box(), WIDE, HIGH)
    region = Region(view.scale, view.left, view.top + (HIGH - high) // 2, WIDE, high)
    pictures = np.zeros((2, high, WIDE), np.uint32)
    for picture, shared_from in zip(pictures, (2**60, 0), strict=True):
        monkeypatch.setattr("projector.ui.items.dots._SHARED_FROM", shared_from)
        paint(scene.layers(1.0), region, 9, made_table(), picture)
    assert np.array_equal(pictures[0], pictures[1])
    assert len(np.unique(pictures[0])) > 5


def test_colour_table() -> None:
    colours = np.zeros((256, 3), np.uint8)
    colours[1] = (200, 40, 10)
    values = np.array([[0, FULL << LEVEL_SHIFT | 1]], np.uint32)
    plain = colour(values, colour_table(colours, GROUND))
    grey = colour(values, colour_table(colours, GROUND, greyed=True))
    assert [f"{pixel:08x}" for pixel in plain[0]] == ["ff14181e", "ffc8280a"]
    red, green, blue = (int(grey[0, 1]) >> shift & 255 for shift in (16, 8, 0))
    assert max(red, green, blue) - min(red, green, blue) < 20
    assert grey[0, 0] == plain[0, 0]


def test_a_glide_begins_at_the_old_places_and_ends_at_the_new() -> None:
    old, new = made_scene(300, 1), made_scene(300, 2)
    view = fitted(new.box(), WIDE, HIGH)
    was = fitted(old.box(), WIDE, HIGH)
    start = np.full((300, 2), np.nan, np.float32)
    start[old.shown.rows] = np.stack(on_screen(old.shown.x, old.shown.y, was), axis=1)
    glide = Transition(start, tuple(new.layers(1.0)), view, made_table())
    assert np.array_equal(glide.frame(1.0), canvas_of(new, view).picture())
    ground = made_table()[0]
    assert np.array_equal(glide.frame(0.0) != ground, canvas_of(old, was).picture() != ground)
    assert not np.array_equal(glide.frame(0.5), glide.frame(1.0))


@pytest.mark.parametrize("zoom", [0.02, 30])
def test_a_glide_may_begin_far_outside_the_view(zoom) -> None:
    new = made_scene(300, 2)
    view = fitted(new.box(), WIDE, HIGH)
    was = view.zoomed(zoom, 0, 0, (0, 1e9)).moved(40, -900)
    start = np.full((300, 2), np.nan, np.float32)
    start[new.shown.rows] = np.stack(on_screen(new.shown.x, new.shown.y, was), axis=1)
    glide = Transition(start, tuple(new.layers(1.0)), view, made_table())
    far = ((start < -20) | (start > (WIDE + 20, HIGH + 20))).any(axis=1)
    assert far.sum() > 100
    if far.all():
        assert (glide.frame(0.0) == made_table()[0]).all()
    assert np.array_equal(glide.frame(1.0), canvas_of(new, view).picture())


def test_viewport_keeps_the_point_under_the_pointer() -> None:
    view = fitted((0, 0, 10, 5), 400, 300)
    assert view.to_pixels(0, 0)[0] == pytest.approx(400 * MARGIN, abs=1)
    zoomed = view.zoomed(3, 120, 80, (0, 1e9))
    assert zoomed.to_map(120, 80) == pytest.approx(view.to_map(120, 80), abs=1 / zoomed.scale)
    assert view.zoomed(1e12, 1, 1, (0.5, 9.0)).scale == 9.0
    assert view.resized(500, 200).to_map(250, 100) == pytest.approx(view.to_map(200, 150), abs=1 / view.scale)
    assert fitted((3, 4, 3, 4), 100, 100).to_pixels(3, 4) == (50, 50)
