"""Texts come in whatever encoding: one reading for tables, documents and the command line."""

import pytest

import tpmclassify
from tpmclassify.documents.read import read_document
from tpmclassify.encodings import decode_text

CASES = [
    ("UTF-8", "Café – plan".encode(), "Café – plan", False),
    ("UTF-8 with mark", "Café".encode("utf-8-sig"), "Café", False),
    ("UTF-16", "Café".encode("utf-16"), "Café", False),
    ("UTF-16, cut off", "Café".encode("utf-16")[:-1], "Caf\ufffd", False),
    ("UTF-32", "Café".encode("utf-32"), "Café", False),
    ("cp1252", "Café – “plan”".encode("cp1252"), "Café – “plan”", True),
    ("what cp1252 leaves undefined", b"a\x81\x8d\x8f\x90\x9db", "a\x81\x8d\x8f\x90\x9db", True),
    ("pasted together", b"Caf\xc3\xa9\nCaf\xe9\r\n", "Café\nCafé\r\n", True),
    ("UTF-8 with mark and cp1252", b"\xef\xbb\xbfCaf\xc3\xa9\nCaf\xe9", "Café\nCafé", True),
    ("ISO-2022-JP", "計画 plan".encode("iso2022_jp"), "計画 plan", False),
    ("signs as in UTF-7", b"C++- +1- +IBM- +team-work", "C++- +1- +IBM- +team-work", False),
    ("nothing", b"", "", False),
]


@pytest.mark.parametrize(
    ("data", "text", "is_windows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_text_is_decoded_and_nothing_is_lost(data, text, is_windows):
    assert decode_text(data) == (text, is_windows)


def test_tables_and_documents_read_the_same(tmp_path, classifier):
    data = b"Manage \x81 the \x93budget\x94 of Caf\xe9 \x8d"
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.csv").write_bytes(b"id,text\n1," + data + b"\n")
    tpmclassify.screen_file(tmp_path / "a.csv", tmp_path / "out.csv", model=classifier)
    cell = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[1]
    assert cell == read_document(tmp_path / "a.txt", "a.txt")


def test_a_table_that_looks_like_ascii_and_is_not_is_refused_with_its_encoding(
    tmp_path, classifier
):
    encoding = "iso2022_jp"
    (tmp_path / "a.csv").write_bytes("id,text\n1,計画–-計画–-–-\n".encode(encoding, "ignore"))
    with pytest.raises(tpmclassify.TableError, match=f"perhaps in {encoding}"):
        tpmclassify.screen_file(tmp_path / "a.csv", model=classifier)
    summary = tpmclassify.screen_file(tmp_path / "a.csv", model=classifier, encoding=encoding)
    assert summary.screened == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["計画を立てる" * 20, "Управление проектом"])
def test_utf_16_without_a_mark_is_read_in_any_letters(tmp_path, classifier, encoding, text):
    rows = "番号,text\n" + f"{text},{text}\n" * 9
    (tmp_path / "a.csv").write_bytes(rows.encode(encoding))
    summary = tpmclassify.screen_file(tmp_path / "a.csv", tmp_path / "o.csv", model=classifier)
    assert (summary.screened, summary.encoding) == (9, encoding)
    assert (tmp_path / "o.csv").read_text(encoding="utf-8").count(f"\n{text},{text},") == 9
