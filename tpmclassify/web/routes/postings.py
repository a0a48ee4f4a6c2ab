"""The pages of one posting: paste or drop it, read the decision, take it along."""

from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.documents.read import DOCUMENT_SUFFIXES, read_document
from tpmclassify.errors import PostingError, TPMClassifyError
from tpmclassify.pages.decision_html import decision_view
from tpmclassify.web.routes.common import (
    UploadedFile,
    checked_form,
    decision_file,
    found,
    render,
    save,
    session_of,
    uploaded_file,
)
from tpmclassify.web.security import MOST_TEXT_BYTES
from tpmclassify.web.session import ClassifiedPosting, Session

_RECENT = 8
_FIELDS = ("text", "title", "employer")


def show_form(request: Request) -> Response:
    """The form, empty."""
    return _form(request, 200, dict.fromkeys(_FIELDS, ""))


async def classify(request: Request) -> Response:
    """Read what was pasted or dropped and go to its decision."""
    async with checked_form(
        request, max_files=1, max_fields=len(_FIELDS) + 2, max_part_size=MOST_TEXT_BYTES
    ) as form:
        fields = {name: _field(form, name) for name in _FIELDS}
        try:
            key = await run_in_threadpool(
                _classify, session_of(request), fields, uploaded_file(form)
            )
        except TPMClassifyError as error:
            return _form(request, 400, fields, str(error))
    return RedirectResponse(f"/postings/{key}", 303)


def show(request: Request) -> Response:
    """The decision on a posting."""
    posting = _posting(request)
    return render(request, "posting.html", posting=posting, **decision_view(posting.decision))


def take(request: Request) -> Response:
    """The decision as a file, or as what is copied."""
    return decision_file(_posting(request).decision, request.path_params["kind"])


routes = [
    Route("/", show_form),
    Route("/postings", classify, methods=["POST"]),
    Route("/postings/{key}", show),
    Route("/postings/{key}/decision.{kind}", take),
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
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    # A form sends every end of a line as CR LF.
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _classify(session: Session, fields: dict[str, str], uploaded: UploadedFile | None) -> str:
    text = fields["text"]
    if text and uploaded:
        raise PostingError(
            "There is both a pasted text and a file. Take one of them away: a page shows one "
            "posting."
        )
    if uploaded:
        name, stream = uploaded
        with TemporaryDirectory(dir=session.folder.work) as folder:
            path = Path(folder) / "upload"
            save(stream, path)
            text = read_document(path, name)
    if not text:
        raise PostingError("There is no posting yet. Paste its text, or choose a file.")
    decision = session.classifier.classify(
        text, fields["title"] or None, employer=fields["employer"] or None
    )
    return session.remember(fields["title"], decision)


def _posting(request: Request) -> ClassifiedPosting:
    return found(
        session_of(request).recall(request.path_params["key"]),
        "This decision is gone: single postings are kept only while the page is open, and only "
        "the last hundred. Paste the posting again.",
    )
