"""Every benchmark runs once on small input: that it works, not how fast. The map's is tested in tests/ui."""

import json
import math

import pytest

from benchmarks import __main__ as bench
from benchmarks import (
    click,
    extract,
    fleet,
    growth,
    importing,
    memory,
    neighbours,
    open_library,
    peers,
    review,
    rows,
    stall,
    start,
    trace,
    umap,
    umap_cold,
)

MODULES = {
    "click": click,
    "extract": extract,
    "fleet": fleet,
    "growth": growth,
    "neighbours": neighbours,
    "open": open_library,
    "peers": peers,
    "start": start,
    "import": importing,
    "memory": memory,
    "umap": umap,
    "umap-cold": umap_cold,
    "stall": stall,
    "review": review,
}


@pytest.mark.parametrize("name", MODULES)
def test_it_measures_something(name, capsys, qapp, monkeypatch):
    monkeypatch.setenv("PROJECTOR_CONFIG", "")  # set by main, put back after the test
    assert rows.main("", MODULES[name].measure, ["--small", "--json"]) == 0
    found = bench.rows_of(capsys.readouterr().out)
    assert len({row["task"] for row in found}) == len(found) > 0
    assert all(math.isfinite(row["ours"]) and row["ours"] >= 0 for row in found)
    assert all(row["peer_name"] for row in found if row["peer"])
    assert rows.table(found).count("\n") == len(found)


def test_the_trace_is_measured(capsys, qapp):
    assert trace.main(["--small", "--json"]) == 0
    assert len(bench.rows_of(capsys.readouterr().out)) >= 5


def test_every_module_is_one_of_make_bench():
    assert {one.module for one in bench.BENCHMARKS.values()} >= {
        module.__name__.split(".")[-1] for module in MODULES.values()
    }


def test_rows_run_alone_and_another_name_is_an_error(capsys):
    assert bench.commands(["map-pan"], small=True) == [
        ["benchmarks.map", "--only", "map-pan", "--points", "3000"]
    ]
    assert bench.commands(["map-pan-10m"], small=False)[0][-5:] == [
        *("--points", "10000000", "--no-peer", "--only", "map-pan")
    ]
    both = bench.commands(["extract", "peers"], small=True)  # what the peers need belongs to it, once
    assert [module for module, *_ in both] == ["benchmarks.extract", "benchmarks.peers"]
    assert len(bench.commands([], small=False)) == len(bench.BENCHMARKS)
    with pytest.raises(SystemExit):
        bench.main(["map-spin"])
    assert "there is no benchmark 'map-spin'" in capsys.readouterr().err


def test_one_table_from_rows_of_both_forms(monkeypatch, capsys):
    frames = {
        "name": "map-pan",
        "points": 10,
        "median_ms": 2.0,
        "p95_ms": 4.0,
        "busy_ms": 3.0,
        "peer_ms": 50.0,
    }
    frames |= {"ratio": 25.0, "limit_ms": 16.0, "least_ratio": 25.0, "reached": True}
    plain = rows.Row("open", 600.0, "ms", 10.0, "one read", 500.0, "n^1.00").as_dict()
    slow = {"task": "trace-pan", "p95_ms": 9.0, "limit_ms": 16.0, "ratio": 60.0, "least_ratio": 100.0}
    printed = rows.table(bench.rows_of(json.dumps([frames, plain, slow]))).splitlines()
    assert printed[1].split() == [
        *("map-pan,", "10", "dots,", "p95", "4", "ms", "50", "ms", "0.04", "16", "ms", "0.25"),
        *("(pyqtgraph;", "processor", "3.0", "ms;", "to", "be", "25×", "faster)"),
    ]
    assert printed[2].split()[-4:] == ["MISSED", "(one", "read;", "n^1.00)"]
    assert printed[3].split()[-5:] == ["MISSED", "(to", "be", "100×", "faster)"]


def test_the_exponent_is_the_slope_in_logarithms():
    assert rows.exponent([10, 100, 1000], [3 * 10**1.5, 3 * 100**1.5, 3 * 1000**1.5]) == pytest.approx(1.5)
