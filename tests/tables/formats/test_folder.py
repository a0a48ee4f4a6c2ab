"""A folder of documents is a table: a row for each, and the unreadable are rejected by name."""

import csv
import json
import zipfile

import tpmclassify

TEXT = "Lead technical programs across engineering teams; own the architecture roadmap."
ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>
<text:h>Duties</text:h><text:p>%s</text:p></office:text></office:body></office:document-content>"""


def test_each_document_is_a_row(tmp_path, classifier):
    folder = tmp_path / "jobs"
    (folder / "more").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.html").write_text(f"<p>{TEXT}</p>")
    (folder / "more/c.eml").write_text(f"Subject: TPM wanted\n\n{TEXT}\n")
    (folder / "d.rtf").write_text(rf"{{\rtf1\ansi {TEXT}\par}}")
    with zipfile.ZipFile(folder / "e.odt", "w") as archive:
        archive.writestr("content.xml", ODT % TEXT)
    (folder / "f.docx").write_text("no document")
    (folder / "g.png").write_bytes(b"\x89PNG")
    summary = tpmclassify.screen_file(folder, model=classifier)
    assert summary.output == str(tmp_path / "jobs.screened.csv")
    assert (summary.screened, summary.rejected) == (5, 1)
    assert "1 files of other types" in summary.encoding_note
    with (tmp_path / "jobs.screened.csv").open(newline="") as stream:
        rows = {row["path"].replace("\\", "/"): row["text"] for row in csv.DictReader(stream)}
    assert rows["a.txt"] == TEXT
    assert rows["more/c.eml"] == f"TPM wanted\n{TEXT}"
    assert rows["e.odt"] == f"Duties\n{TEXT}"
    assert rows["d.rtf"].strip() == TEXT
    with open(summary.rejects) as stream:
        assert [json.loads(line)["row"] for line in stream] == ["f.docx"]
