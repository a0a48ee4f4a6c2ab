"""The pages of one posting: paste or drop it, read the decision, take it along."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
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
from tpmclassify.web.routes.common import (
    NO_POSTING,
    UploadedFile,
    decision_file,
    found,
    render,
    save,
    session_of,
    takes_form,
    uploaded_files,
)
from tpmclassify.web.security import MOST_TEXT_BYTES
from tpmclassify.web.session import ClassifiedPosting, Session

_RECENT = 8
_FIELDS = ("text", "title", "employer")
_MOST_FILES = 1000  # only one is read; of many it is said, not of a fault
_SEVERAL = (
    "These are {} files, and a page shows one posting. Drop one of them, or take all to the "
    "page Many postings."
)


def show_form(request: Request) -> Response:
    """The form: empty, or with a written posting to try."""
    known = {str(n): example for n, example in enumerate(examples.POSTINGS, 1)}
    number = request.query_params.get("example", "")
    return _form(request, 200, known.get(number, dict.fromkeys(_FIELDS, "")))


@takes_form(max_files=_MOST_FILES, max_fields=8, max_part_size=MOST_TEXT_BYTES)
def classify(request: Request, form: FormData) -> Response:
    """Read what was pasted, dropped or changed and go to its decision.

    A change that is not to be kept (`live`) is answered with its decision alone.
    """
    session, aim = session_of(request), str(form.get("aim", ""))
    fields = {name: _field(form, name) for name in _FIELDS}
    names = (fields["title"], fields["employer"])
    try:
        decision = _classify(session, fields, uploaded_files(form))
    except TPMClassifyError as error:
        if "live" in form:
            return PlainTextResponse(str(error), 400)
        return _form(request, 400, fields, str(error))
    if "live" in form:
        return render(request, "_decision.html", **_view(session, decision, aim, *names))
    key = session.remember(decision, *names, origin=_field(form, "origin"))
    return RedirectResponse(f"/postings/{key}" + (f"?aim={aim}" if aim in (TPM, PM) else ""), 303)


def show(request: Request) -> Response:
    """The decision on a posting, and the bench to change it."""
    posting, session = _posting(request.path_params["key"], request), session_of(request)
    versions, aim = session.versions(posting), request.query_params.get("aim", "")
    return render(
        request,
        "posting.html",
        posting=posting,
        versions=versions,
        parts=split_postings(posting.decision.text),
        others=[other for other in session.recent(_RECENT) if other.origin != posting.origin],
        **_view(session, posting.decision, aim, posting.title, posting.employer),
    )


def compare(request: Request) -> Response:
    """Two postings, or two versions of one, beside each other."""
    pair = [_posting(request.query_params.get(name, ""), request) for name in "ab"]
    view = comparison_view(*(posting.decision for posting in pair))
    return render(request, "compare.html", pair=pair, **view)


def glossary(request: Request) -> Response:
    """What all the words mean."""
    names: dict[str, Any] = {"responsibilities": RESPONSIBILITIES, "dimensions": DIMENSIONS}
    return render(request, "words.html", examples=examples.LINES, words=words, **names)


def take(request: Request) -> Response:
    """The decision as a file, or as what is copied or printed."""
    posting = _posting(request.path_params["key"], request)
    return decision_file(request, posting.decision, title=posting.title, employer=posting.employer)


routes = [
    Route("/", show_form),
    Route("/postings", classify, methods=["POST"]),
    Route("/postings", RedirectResponse("/", 303), methods=["GET"]),  # the form stands there
    Route("/postings/{key}", show),
    Route("/postings/{key}/decision.{kind}", take),
    Route("/compare", compare),
    Route("/words", glossary),
]


def _form(request: Request, status: int, fields: dict[str, str], error: str = "") -> Response:
    return render(
        request,
        "posting_form.html",
        status,
        fields=fields,
        error=error,
        suffixes=DOCUMENT_SUFFIXES,
        recent=session_of(request).recent(_RECENT),
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


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    # A form sends every end of a line as CR LF.
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


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


def _posting(key: str, request: Request) -> ClassifiedPosting:
    return found(session_of(request).postings.get(key), NO_POSTING)
