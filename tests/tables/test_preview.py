"""A look at a table: what is shown, what would be chosen."""

import pytest

import tpmclassify
from tpmclassify.tables.preview import peek


def test_a_preview_shows_columns_rows_and_what_would_be_read(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id;Job Title;description;text;company\nshort\n" + "1;t;d;x;c\n" * 9)
    preview = peek(path, rows=3)
    assert preview.format == "csv"
    assert preview.delimiter == ";"
    assert preview.names == ("id", "Job Title", "description", "text", "company")
    assert preview.rows == (("1", "t", "d", "x", "c"),) * 3
    assert preview.text == ("description", "text")
    assert preview.title == ("Job Title",)
    assert preview.employer == ("company",)
    assert preview.rejected == 1


def test_a_preview_of_a_small_table_is_all_of_it(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"body": "a", "n": 1}\n{"body": null}\n')
    preview = peek(tmp_path / "in.jsonl")
    assert (preview.format, preview.rows) == ("jsonl", (("a", "1"), ("", "")))
    assert (preview.text, preview.title) == (("body",), ())


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"", "empty"), (b"PK\x03\x04", "zip"), (b"text,tpm_label\n", "already has")],
)
def test_a_preview_fails_as_the_screening_would(tmp_path, data, message):
    (tmp_path / "in.csv").write_bytes(data)
    with pytest.raises(tpmclassify.TableError, match=message) as seen:
        peek(tmp_path / "in.csv")
    with pytest.raises(tpmclassify.TableError) as screened:
        tpmclassify.screen_file(tmp_path / "in.csv")
    assert str(seen.value) == str(screened.value)
