"""The real program, started in a process of its own, until its map has been painted."""

from benchmarks.start import HEAVY, OURS, sample_with_cache, started


def test_nothing_heavy_is_imported_before_the_map_is_painted(tmp_path, qapp):
    told = started(OURS, tmp_path, str(sample_with_cache(tmp_path)))
    assert "projector.ui.views.map_view" in told["modules"]
    assert [name for name in HEAVY if name in told["modules"]] == []
    assert told["kept"] > 5 * told["looked_through"]  # else looking for garbage holds up a click now and then
