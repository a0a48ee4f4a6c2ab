"""Dirty tables: each is read as a careful person would, or rejected by name."""

import csv
import json

import pytest
from battery import BATTERY

import tpmclassify


@pytest.fixture
def any_length():
    """Cells of any length, as the csv module here reads results; ours leaves its limit alone."""
    before = csv.field_size_limit()
    csv.field_size_limit(1 << 30)
    yield
    assert csv.field_size_limit(before) == 1 << 30


@pytest.mark.usefixtures("any_length")
@pytest.mark.parametrize("dirty", BATTERY, ids=lambda dirty: dirty.name)
def test_a_dirty_table_is_read_right_or_refused_by_name(dirty, tmp_path, classifier):
    source, out = tmp_path / f"in{dirty.suffix}", tmp_path / "out.csv"
    source.write_bytes(dirty.data)
    if dirty.error:
        with pytest.raises(tpmclassify.TableError, match=dirty.error) as caught:
            tpmclassify.screen_file(source, out, model=classifier, **dirty.options)
        assert str(source) in str(caught.value)
        assert "report" not in str(caught.value)  # that is, text of a posting
        assert [path.name for path in tmp_path.iterdir()] == [source.name]
        return
    summary = tpmclassify.screen_file(source, out, raw=True, model=classifier, **dirty.options)
    with out.open(encoding="utf-8", newline="") as stream:
        delimiter = stream.read().split("tpm_label")[0][-1]
        stream.seek(0)
        width = len(dirty.rows[0])
        rows = [row[:width] for row in csv.reader(stream, delimiter=delimiter)]
    assert rows == dirty.rows
    assert (summary.screened, summary.rejected) == (len(dirty.rows) - 1, len(dirty.rejected))
    assert summary.rows == summary.screened + summary.rejected
    rejects = read_rejects(summary.rejects) if summary.rejects else []
    assert tuple(reject["line"] for reject in rejects) == dirty.rejected
    for reject in rejects:
        assert reject["file"] == str(source)
        assert reject["column"] >= 1
        assert reject["reason"]
        assert reject["row"] in dirty.data.decode()


def read_rejects(path):
    with open(path, encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def test_every_row_of_the_battery_is_counted_once():
    assert len(BATTERY) >= 100
    assert len({dirty.name for dirty in BATTERY}) == len(BATTERY)
