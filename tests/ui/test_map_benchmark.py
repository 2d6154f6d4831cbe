"""The map's benchmark runs, on small input: that it works, not how fast."""

import json

from benchmarks import map as benchmark


def test_every_row_is_measured(qtbot, capsys) -> None:
    benchmark.main(["--points", "3000", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(benchmark.ROWS)
    assert all(row["points"] == 3000 and row["median_ms"] > 0 for row in rows)
    assert all(row["ratio"] for row in rows if row["peer_ms"])
