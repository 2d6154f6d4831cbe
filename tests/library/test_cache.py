"""What the cache gives back is what was put in, or nothing."""

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from projector.domain.errors import LibraryError, StorageError
from projector.domain.ids import window_ids
from projector.domain.nouns import FeatureTable, LabelRule, Projection, WindowRule, Windows
from projector.features.registry import FEATURE_VERSION
from projector.library import cache, result_folder
from projector.projection.parameters import PCAParameters, UMAPParameters


@dataclass
class Library:
    path: Path
    content_hash: str = "c0ffee"


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "rides.h5")


def a_table(library, rule=None, n=50):
    rule = rule or WindowRule()
    rng = np.random.default_rng(1)
    start = np.arange(n) * 2.0
    windows = Windows(window_ids(3, np.arange(n) * 100), start, start + 4, np.zeros(n, np.float32))
    values = rng.normal(size=(n, 3)).astype(np.float32)
    values[n // 2 :: 7] = np.nan
    aux = {"speed_kmh": rng.random(n).astype(np.float32), "a/b: ü": np.zeros(n, np.float32)}
    key = cache.table_key(library.content_hash, rule, FEATURE_VERSION)
    return FeatureTable(windows, ("a", "b", "c"), values, rule, 50.0, key, aux)


def save(library, table):
    return cache.save_table(cache.cache_folder(library.path), table)


@pytest.mark.parametrize("n", [50, 1, 0])
def test_a_table_comes_back_as_it_was_mapped_from_disk(library, n):
    table = a_table(library, WindowRule(3.0, 1.5, 40.0, LabelRule.SHARE, 0.4), n)
    assert cache.find_table(library, table.rule) is None
    folder = save(library, table)
    assert cache.find_table(library, table.rule) == folder
    found = cache.load_table(folder)
    np.testing.assert_array_equal(found.values, table.values)
    np.testing.assert_array_equal(found.windows.ids, table.windows.ids)
    np.testing.assert_array_equal(found.windows.stop_s, table.windows.stop_s)
    assert isinstance(found.values, np.memmap) == (n > 0)
    assert list(found.aux) == ["speed_kmh", "a/b: ü"]
    np.testing.assert_array_equal(found.aux["speed_kmh"], table.aux["speed_kmh"])
    assert (found.names, found.rule, found.rate_hz, found.key) == (
        table.names,
        table.rule,
        table.rate_hz,
        table.key,
    )


@pytest.mark.parametrize("n", [50, 1, 0])
def test_a_table_filled_in_its_file_is_as_one_that_was_saved(library, n):
    table = a_table(library, n=n)
    folder = save(library, table)
    saved = {one.name: one.read_bytes() for one in folder.iterdir()}
    shutil.rmtree(folder)

    def fill(values):
        assert not values.any()
        values[:] = table.values
        return replace(table, values=values)

    assert cache.make_table(cache.cache_folder(library.path), table.key, table.values.shape, fill) == folder
    for name in saved.keys() - {"manifest.json"}:
        assert (folder / name).read_bytes() == saved[name]
    np.testing.assert_array_equal(cache.load_table(folder).values, table.values)


def test_a_filling_that_fails_leaves_nothing(library):
    def fill(values):
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        cache.make_table(cache.cache_folder(library.path), "key", (50, 3), fill)
    assert not [*cache.cache_folder(library.path).rglob("*.npy")]


def test_a_disk_without_room_for_the_table_is_told_before_it_is_computed(library):
    resource = pytest.importorskip("resource")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limit[1]))
    try:
        with pytest.raises(StorageError):
            cache.make_table(cache.cache_folder(library.path), "key", (10_000, 122), pytest.fail)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def test_labels_are_no_part_of_a_tables_key_but_all_else_is(library):
    save(library, a_table(library))
    assert cache.find_table(library, WindowRule(label_rule=LabelRule.ANY, share=0.9)) is not None
    for other in (WindowRule(length_s=3), WindowRule(hop_s=1), WindowRule(rate_hz=50)):
        assert cache.find_table(library, other) is None
    assert cache.find_table(replace(library, content_hash="other"), WindowRule()) is None


def a_projection(table):
    coords = np.where(np.isnan(table.values[:, :2]), np.nan, table.values[:, :2]).astype(np.float32)
    state = np.where(np.isnan(coords[:, 0]), 3, 0).astype(np.uint8)
    quality = {"explained_variance": [0.5, 0.25], "neighbours_kept": 0.25}
    return Projection(table.windows.ids, coords, "pca", PCAParameters().as_dict(), quality, state)


def test_a_projection_comes_back_and_depends_on_its_parameters(library):
    table = a_table(library)
    made = a_projection(table)
    key = cache.projection_key(table.key, "pca", PCAParameters())
    folder = cache.save_projection(cache.cache_folder(library.path), key, made)
    assert cache.find_projection(library, table, "pca", PCAParameters()) == folder
    assert cache.find_projection(library, table, "pca", PCAParameters(components=4)) is None
    assert cache.find_projection(library, table, "umap", UMAPParameters()) is None
    found = cache.load_projection(folder)
    np.testing.assert_array_equal(found.coords, made.coords)
    np.testing.assert_array_equal(found.state, made.state)
    assert (found.method, found.parameters, found.quality) == (made.method, made.parameters, made.quality)


def test_no_damage_passes_unseen(library, caplog):
    folder = save(library, a_table(library))
    rng = np.random.default_rng(5)
    files = sorted(folder.iterdir())
    for trial in range(300):
        path = files[trial % len(files)]
        whole = path.read_bytes()
        at, bit = int(rng.integers(len(whole))), int(rng.integers(8))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        found = cache.find_table(library, WindowRule())
        if found is not None:  # only a change that means nothing, as of a blank in JSON or a header's padding
            np.testing.assert_array_equal(cache.load_table(found).values, a_table(library).values)
        path.write_bytes(whole)
    assert "made again" in caplog.text


def test_a_truncated_or_missing_file_is_damage(library):
    for name in ("values.npy", "manifest.json"):
        folder = save(library, a_table(library))
        path = folder / name
        whole = path.read_bytes()
        for length in (0, 1, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:length])
            with pytest.raises(LibraryError, match="damaged"):
                cache.load_table(folder)
        path.unlink()
        assert cache.find_table(library, WindowRule()) is None


def test_a_damaged_result_is_replaced(library):
    folder = save(library, a_table(library))
    (folder / "values.npy").write_bytes(b"")
    save(library, a_table(library))
    assert len(cache.load_table(folder).values) == 50
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]


def test_nothing_in_a_cache_is_unpickled(library):
    folder = save(library, a_table(library))
    np.save(folder / "values.npy", np.array([{"code": 1}], object), allow_pickle=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    described = manifest["body"]["arrays"]["values"]
    path = folder / "values.npy"
    described |= {
        "bytes": path.stat().st_size,
        "dtype": "|O",
        "shape": [1],
        "crc32": result_folder._crc(path),
    }
    manifest["hash"] = result_folder._hash(manifest["body"])
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(LibraryError):
        cache.load_table(folder)


def test_a_name_in_a_manifest_cannot_lead_outside(library, tmp_path):
    folder = save(library, a_table(library))
    shutil.copy(folder / "gap_share.npy", tmp_path / "outside.npy")
    manifest = json.loads((folder / "manifest.json").read_text())
    arrays = manifest["body"]["arrays"]
    arrays["../../../outside"] = arrays["gap_share"]
    manifest["hash"] = result_folder._hash(manifest["body"])
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert (folder / "../../../outside.npy").exists()
    with pytest.raises(LibraryError, match="no array of ours"):
        cache.load_table(folder)


def test_what_was_used_longest_ago_is_removed(library):
    folders = []
    for step in range(result_folder.KEPT["tables"] + 2):
        folders.append(save(library, a_table(library, WindowRule(hop_s=1 + step))))
        os.utime(folders[-1], (1e9 + step, 1e9 + step))
        if step == result_folder.KEPT["tables"] - 1:
            cache.load_table(folders[0])  # used just now
    kept = {one for one in folders if one.exists()}
    assert len(kept) == result_folder.KEPT["tables"]
    assert folders[0] in kept
    assert folders[1] not in kept


def test_what_cannot_be_written_is_a_storage_error_and_leaves_nothing(library, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StorageError, match="disk is full"):
        save(library, a_table(library))
    assert list((cache.cache_folder(library.path) / "tables").iterdir()) == []


def test_beside_the_library_or_where_the_user_may_write(tmp_path, monkeypatch):
    path = tmp_path / "rides.h5"
    assert cache.cache_folder(path) == tmp_path / "rides.cache"
    monkeypatch.setattr(os, "access", lambda *_: False)
    elsewhere = cache.cache_folder(path)
    assert tmp_path not in elsewhere.parents or "rides-" in elsewhere.name
    assert elsewhere != cache.cache_folder(tmp_path / "other" / "rides.h5")
    shutil.rmtree(elsewhere, ignore_errors=True)
