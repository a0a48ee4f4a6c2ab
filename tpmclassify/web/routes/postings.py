"""The pages of one posting: paste or drop it, read the decision, take it along."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.deciding.decision import Decision
from tpmclassify.documents.read import DOCUMENT_SUFFIXES, read_document
from tpmclassify.errors import PostingError, TPMClassifyError
from tpmclassify.pages import words
from tpmclassify.pages.decision_html import comparison_view, decision_view
from tpmclassify.pages.odd_texts import split_postings
from tpmclassify.roles import DIMENSIONS, PM, RESPONSIBILITIES, TPM, Role
from tpmclassify.web import examples
from tpmclassify.web.advice import advise
from tpmclassify.web.routes.common import UploadedFile, Visit, get, post, save
from tpmclassify.web.security import MOST_TEXT_BYTES
from tpmclassify.web.session import Session

_RECENT = 8
_FIELDS = ("text", "title", "employer")
_MOST_FILES = 1000  # only one is read; of many it is said, not of a fault
_SEVERAL = (
    "These are {} files, and a page shows one posting. Drop one of them, or take all to the "
    "page Many postings."
)


def show_form(visit: Visit) -> Response:
    """The form: empty, or with a written posting to try."""
    known = {str(n): example for n, example in enumerate(examples.POSTINGS, 1)}
    number = visit.parameters.get("example", "")
    return _form(visit, 200, known.get(number, dict.fromkeys(_FIELDS, "")))


def classify(visit: Visit) -> Response:
    """Read what was pasted, dropped or changed and go to its decision.

    A change that is not to be kept (`live`) is answered with its decision alone.
    """
    session, aim = visit.session, str(visit.form.get("aim", ""))
    fields = {name: visit.field(name) for name in _FIELDS}
    names = (fields["title"], fields["employer"])
    try:
        decision = _classify(session, fields, visit.files)
    except TPMClassifyError as error:
        if "live" in visit.form:
            return PlainTextResponse(str(error), 400)
        return _form(visit, 400, fields, str(error))
    if "live" in visit.form:
        return visit.render("_decision.html", **_view(session, decision, aim, *names))
    key = session.remember(decision, *names, origin=visit.field("origin"))
    return RedirectResponse(f"/postings/{key}" + (f"?aim={aim}" if aim in (TPM, PM) else ""), 303)


def show(visit: Visit) -> Response:
    """The decision on a posting, and the bench to change it."""
    posting, session = visit.posting(visit.key), visit.session
    versions, aim = session.versions(posting), visit.parameters.get("aim", "")
    return visit.render(
        "posting.html",
        posting=posting,
        versions=versions,
        parts=split_postings(posting.decision.text),
        others=[other for other in session.recent(_RECENT) if other.origin != posting.origin],
        **_view(session, posting.decision, aim, posting.title, posting.employer),
    )


def compare(visit: Visit) -> Response:
    """Two postings, or two versions of one, beside each other."""
    pair = [visit.posting(visit.parameters.get(name, "")) for name in "ab"]
    view = comparison_view(*(posting.decision for posting in pair))
    return visit.render("compare.html", pair=pair, **view)


def glossary(visit: Visit) -> Response:
    """What all the words mean."""
    names: dict[str, Any] = {"responsibilities": RESPONSIBILITIES, "dimensions": DIMENSIONS}
    return visit.render("words.html", examples=examples.LINES, words=words, **names)


def take(visit: Visit) -> Response:
    """The decision as a file, or as what is copied or printed."""
    posting = visit.posting(visit.key)
    return visit.decision_file(posting.decision, title=posting.title, employer=posting.employer)


routes = [
    get("/", show_form),
    post("/postings", classify, max_files=_MOST_FILES, max_part_size=MOST_TEXT_BYTES),
    Route("/postings", RedirectResponse("/", 303), methods=["GET"]),  # the form stands there
    get("/postings/{key}", show),
    get("/postings/{key}/decision.{kind}", take),
    get("/compare", compare),
    get("/words", glossary),
]


def _form(visit: Visit, status: int, fields: dict[str, str], error: str = "") -> Response:
    return visit.render(
        "posting_form.html",
        status,
        fields=fields,
        error=error,
        suffixes=DOCUMENT_SUFFIXES,
        recent=visit.session.recent(_RECENT),
        examples=examples.POSTINGS,
    )


def _view(
    session: Session, decision: Decision, aim: str, title: str, employer: str
) -> dict[str, Any]:
    """All that the page of a decision shows, with advice where it should read as a role."""
    role: Role | None = TPM if aim == TPM else PM if aim == PM else None
    names = {"title": title, "employer": employer}
    advice = advise(session.classifier, decision, role, **names) if role else None
    return {**decision_view(decision), "aim": role or "", "advice": advice}


def _classify(session: Session, fields: dict[str, str], files: list[UploadedFile]) -> Decision:
    text = fields["text"]
    if len(files) > 1:
        raise PostingError(_SEVERAL.format(len(files)))
    if text and files:
        raise PostingError(
            "There is both a pasted text and a file. Take one of them away: a page shows one "
            "posting."
        )
    for name, stream in files:
        with TemporaryDirectory(dir=session.folder.work) as folder:
            path = Path(folder) / "upload"
            save(stream, path)
            text = read_document(path, name)
    if not text:
        raise PostingError("There is no posting yet. Paste its text, or choose a file.")
    return session.classifier.classify(
        text, fields["title"] or None, employer=fields["employer"] or None
    )
