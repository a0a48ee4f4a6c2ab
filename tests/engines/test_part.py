"""Errors of a part of a large table."""

import pyarrow as pa
import pytest

import tpmclassify
from tpmclassify.engines import part as part_module
from tpmclassify.engines.part import screen_slice
from tpmclassify.screening import TextColumns


@pytest.fixture
def batch():
    return pa.RecordBatch.from_pydict({"description": ["fine", "fine", "secret", "fine"]})


def screen(batch, classifier):
    return screen_slice(
        batch,
        classifier=classifier,
        columns=TextColumns("description"),
        part=3,
        first_row=1024,
    )


def test_the_row_that_cannot_be_screened_is_found(batch, classifier, monkeypatch):
    def fails_on_secret(rows, **_):
        if "secret" in rows["description"].to_pylist():
            raise ZeroDivisionError("no reason")
        return rows

    monkeypatch.setattr(part_module, "screen_batch", fails_on_secret)
    with pytest.raises(tpmclassify.TableError) as caught:
        screen(batch, classifier)
    assert str(caught.value) == (
        "Row 1026 (counted from 0) of partition 3 cannot be screened: ZeroDivisionError: no reason"
    )


def test_what_is_no_rows_fault_is_blamed_on_none(batch, classifier, monkeypatch):
    def fails_on_many(rows, **_):
        if rows.num_rows > 1:
            raise ZeroDivisionError("no reason")
        return rows

    monkeypatch.setattr(part_module, "screen_batch", fails_on_many)
    with pytest.raises(ZeroDivisionError):
        screen(batch, classifier)


def test_no_memory_is_not_blamed_on_a_row(batch, classifier, monkeypatch):
    def exhausted(*_, **__):
        raise MemoryError

    monkeypatch.setattr(part_module, "screen_batch", exhausted)
    with pytest.raises(MemoryError):
        screen(batch, classifier)
