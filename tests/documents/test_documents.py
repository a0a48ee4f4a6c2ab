"""One posting from a file: read where it is what it says, refused with a cure where it is not."""

import contextlib
import io
import random
import zipfile
import zlib
from email.message import EmailMessage

import pytest

from tpmclassify.documents.read import read_document
from tpmclassify.errors import TPMClassifyError

LINES = ["Manage the project schedule & budget.", "Führen Sie Gespräche – täglich."]
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def document_xml(lines, extra=""):
    paragraphs = "".join(
        f"<w:p><w:r><w:t>{line.replace('&', '&amp;')}</w:t></w:r></w:p>" for line in lines
    )
    return f'<w:document xmlns:w="{WORD}"><w:body>{paragraphs}{extra}</w:body></w:document>'


def docx(xml, **more):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", xml)
        for name, content in more.items():
            archive.writestr(f"word/{name}.xml", content)
    return stream.getvalue()


def pdf(lines):
    """A PDF of one page, written by hand."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n"
        b"%%%%EOF\n" % (table, len(out))
    )


@pytest.fixture
def read(tmp_path):
    def read(name, content):
        path = tmp_path / "upload"
        path.write_bytes(content)
        return read_document(path, name)

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_its_encoding(read, encoding):
    assert read("a.txt", "\n".join(LINES).encode(encoding)) == "\n".join(LINES)


BAD = "Führen Sie Gespräche – täglich: „Plan“"
PAGES = {
    "as it declares": ("windows-1251", "Проект", "windows-1251"),
    "as it declares in the older form": ("text/html; charset=windows-1250", "Łódź", "cp1250"),
    "as UTF-8, whatever it declares": ("windows-1251", BAD, "utf-8"),
    "as cp1252 where it declares ISO 8859-1": ("iso-8859-1", BAD, "cp1252"),
    "as cp1252 where it declares UTF-8 and is none": ("utf-8", BAD, "cp1252"),
    "as cp1252 where nobody knows what it declares": ("x-nobody", BAD, "cp1252"),
    "as cp1252 where it declares what it cannot be": ("utf-16le", BAD, "cp1252"),
    "by its mark before all": ("windows-1251", BAD, "utf-16"),
}


@pytest.mark.parametrize(("declared", "text", "encoding"), PAGES.values(), ids=PAGES)
def test_a_page_is_read(read, declared, text, encoding):
    name = "content" if "=" in declared else "charset"
    page = f'<html><meta {name}="{declared}"><p>{text}</p>'
    assert read("a.html", page.encode(encoding)) == page


def mail(*attached, html="", subject="Fwd: a job"):
    """A mail of a short text with what is attached to it: mails, texts, bytes."""
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("See below.")
    if html:
        message.set_content(html, subtype="html")
    for one in attached:
        if isinstance(one, str):
            kind = "html" if one.startswith("<") else "plain"
            message.add_attachment(one, subtype=kind, filename="posting")
        elif isinstance(one, bytes):
            message.add_attachment(one, maintype="application", subtype="pdf")
        else:
            message.add_attachment(one)
    return message


POSTED = mail(html="<p>Plan the work.</p><p>Track costs.</p>", subject="TPM")
MAILS = {
    "a mail": (mail(POSTED), ["TPM", "Plan the work.", "Track costs."]),
    "a mail within a mail": (
        mail(mail(POSTED, subject="Fwd: TPM")),
        ["Fwd: TPM", "See below.", "TPM", "Plan the work.", "Track costs."],
    ),
    "a text": (mail("Plan the work.\n", b"%PDF-"), ["Plan the work."]),
    "a page": (
        mail("<p>Plan the work.</p><p>Track costs.</p>"),
        ["Plan the work.", "Track costs."],
    ),
}


@pytest.mark.parametrize(("message", "lines"), MAILS.values(), ids=MAILS)
def test_a_posting_that_is_attached_to_a_mail_is_read(read, message, lines):
    read_lines = list(filter(None, read("a.eml", message.as_bytes()).splitlines()))
    assert read_lines == ["Fwd: a job", "See below.", *lines]


def test_a_mail_that_has_no_text_says_so(read):
    with pytest.raises(TPMClassifyError, match="holds no text"):
        read("a.eml", b"Subject: TPM\nContent-Type: application/pdf\n\nx")


def test_a_word_document_is_read_by_paragraphs(read):
    assert read("a.DOCX", docx(document_xml(LINES))).splitlines() == LINES


def test_a_list_of_a_word_document_is_a_list(read):
    item = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p>"
    assert read("a.docx", docx(document_xml([], item))) == "- Plan"


def test_deleted_and_repeated_text_of_a_word_document_is_left_out(read):
    extra = (
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        '<m:AlternateContent xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<m:Choice><w:t>once</w:t></m:Choice><m:Fallback><w:t>once</w:t></m:Fallback>"
        "</m:AlternateContent>"
    )
    text = read("a.docx", docx(document_xml(["kept"], extra)))
    assert text.split() == ["kept", "once"]


def test_a_pdf_is_read(read):
    text = read("a.pdf", pdf(["Manage the project schedule.", "Report to the client."]))
    assert text.split("\n")[:2] == ["Manage the project schedule.", "Report to the client."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b"plain text"),
        ("a.txt", docx(document_xml(LINES))),
        ("a.pdf", docx(document_xml(LINES))),
        ("a.txt", pdf(["x"])),
        ("a.txt", b"\x7fELF\x00\x01"),
        ("a.exe", b"MZ"),
        ("a", b"text"),
    ],
)
def test_a_file_must_be_what_its_name_says(read, name, content):
    with pytest.raises(TPMClassifyError, match=r"\.docx"):
        read(name, content)


def test_a_pdf_without_text_says_so(read):
    with pytest.raises(TPMClassifyError, match="no text"):
        read("scan.pdf", pdf([]))


@pytest.mark.parametrize("content", [b"%PDF-1.4\ngarbage", b"%PDF-1.7\n" + b"\xff" * 1000])
def test_a_broken_pdf_is_an_error_of_ours(read, content):
    with pytest.raises(TPMClassifyError, match=r"a\.pdf"):
        read("a.pdf", content)


class TestBombs:
    def test_an_archive_that_unpacks_to_far_more_is_refused(self, read):
        with pytest.raises(TPMClassifyError, match="unpack"):
            read("a.docx", docx(document_xml(["x" * 70_000_000])))

    def test_an_archive_that_lies_about_its_sizes_is_refused(self, read):
        content = docx(document_xml(["x" * 70_000_000]))
        size = len(document_xml(["x" * 70_000_000])).to_bytes(4, "little")
        assert size in content
        with pytest.raises(TPMClassifyError, match="unpack"):
            read("a.docx", content.replace(size, (1000).to_bytes(4, "little")))

    def test_entities_that_unfold_without_end_are_refused(self, read):
        entities = "".join(
            f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "ha"}">' for i in range(12)
        )
        xml = f"<!DOCTYPE x [{entities}]>" + document_xml(["x"]).replace(">x<", ">&a11;<")
        with pytest.raises(TPMClassifyError, match="no sound Word document"):
            read("a.docx", docx(xml))

    def test_external_entities_are_not_fetched(self, read, tmp_path):
        (tmp_path / "secret").write_text("secret")
        declared = f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{tmp_path}/secret">]>'
        with pytest.raises(TPMClassifyError, match="no sound Word document"):
            read("a.docx", docx(declared + document_xml(["x"]).replace(">x<", ">&s;<")))

    def test_a_pdf_that_inflates_without_end_is_refused(self, read):
        packed = zlib.compress(b" " * 300_000_000, 9)
        content = pdf(["x"])
        start = content.index(b"4 0 obj")
        end = content.index(b"5 0 obj")
        stream = b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n"
        with pytest.raises(TPMClassifyError):
            read("a.pdf", content[:start] + stream % (len(packed), packed) + content[end:])


RUN = "<w:r><w:t>{}</w:t></w:r>".format
SEEN = {
    "a hyphen that does not break": (
        f"{RUN('cross')}<w:r><w:noBreakHyphen/></w:r>{RUN('team')}",
        "cross-team",
    ),
    "text that was moved away": (f"<w:moveFrom>{RUN('Old')}</w:moveFrom>{RUN('Plan')}", "Plan"),
    "hidden text": (
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>No</w:t><w:tab/></w:r>{RUN('Plan')}",
        "Plan",
    ),
    "text that is not hidden": (
        "<w:r><w:rPr><w:vanish w:val='false'/></w:rPr><w:t>Plan</w:t></w:r>",
        "Plan",
    ),
    "a mark of a paragraph that is hidden": (
        f"<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{RUN('Plan')}",
        "Plan",
    ),
}


@pytest.mark.parametrize(
    "kind",
    ["schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml"],
)
@pytest.mark.parametrize(("runs", "expected"), SEEN.values(), ids=SEEN)
def test_what_word_shows_is_read_in_both_of_its_forms(read, kind, runs, expected):
    xml = (
        f'<w:document xmlns:w="http://{kind}/main"><w:body><w:p>{runs}</w:p></w:body></w:document>'
    )
    assert read("a.docx", docx(xml)) == expected


@pytest.mark.parametrize("make", [lambda: docx(document_xml(LINES)), lambda: pdf(LINES[:1])])
def test_a_damaged_file_is_read_or_refused_with_an_error_of_ours(read, make):
    chance = random.Random(7)
    sound = make()
    name = "a.pdf" if sound.startswith(b"%PDF") else "a.docx"
    for _ in range(6 if name == "a.pdf" else 150):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(TPMClassifyError):
            assert isinstance(read(name, bytes(damaged)), str)
