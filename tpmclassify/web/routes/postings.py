"""The pages of one posting: paste or drop it, read the decision, take it along."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.deciding.decision import Decision
from tpmclassify.documents.documents import DOCUMENT_SUFFIXES, read_document
from tpmclassify.errors import PostingError, TPMClassifyError
from tpmclassify.pages.decision_html import decision_page, decision_view
from tpmclassify.web.security import check_token
from tpmclassify.web.session import MOST_TEXT_BYTES, Desk, Remembered, answer, desk_of

_RECENT = 8
_FIELDS = ("text", "title", "employer")


async def show_form(request: Request) -> Response:
    """The form, empty."""
    return _form(request, 200, dict.fromkeys(_FIELDS, ""))


async def classify(request: Request) -> Response:
    """Read what was pasted or dropped and go to its decision."""
    desk = desk_of(request)
    async with request.form(
        max_files=1, max_fields=len(_FIELDS) + 2, max_part_size=MOST_TEXT_BYTES
    ) as form:
        check_token(form, desk.token)
        fields = {name: _field(form, name) for name in _FIELDS}
        try:
            key = await run_in_threadpool(_classify, desk, fields, form.get("file"))
        except TPMClassifyError as error:
            return _form(request, 400, fields, str(error))
    return RedirectResponse(f"/postings/{key}", 303)


async def show(request: Request) -> Response:
    """The decision on a posting."""
    remembered = _remembered(request)
    return answer(
        request, "posting.html", remembered=remembered, **decision_view(remembered.decision)
    )


async def take(request: Request) -> Response:
    """The decision as a file, or as what is copied."""
    return decision_file(_remembered(request).decision, request.path_params["kind"])


def decision_file(decision: Decision, kind: str) -> Response:
    """A decision as HTML, JSON or plain text, for download."""
    forms = {
        "html": ("text/html", decision_page),
        "json": ("application/json", Decision.to_json),
        "txt": ("text/plain", Decision.explain),
    }
    if kind not in forms:
        raise HTTPException(404)
    media_type, write = forms[kind]
    disposition = f'attachment; filename="decision.{kind}"'
    return Response(
        write(decision), media_type=media_type, headers={"Content-Disposition": disposition}
    )


routes = [
    Route("/", show_form),
    Route("/postings", classify, methods=["POST"]),
    Route("/postings/{key}", show),
    Route("/postings/{key}/decision.{kind}", take),
]


def _form(request: Request, status: int, fields: dict[str, str], error: str = "") -> Response:
    return answer(
        request,
        "posting_form.html",
        status,
        fields=fields,
        error=error,
        suffixes=DOCUMENT_SUFFIXES,
        recent=desk_of(request).recent(_RECENT),
    )


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    # A form sends every end of a line as CR LF.
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _classify(desk: Desk, fields: dict[str, str], file: object) -> str:
    text = fields["text"]
    if isinstance(file, UploadFile) and file.filename:
        if text:
            raise PostingError(
                "There is both a pasted text and a file. Take one of them away: a page shows one "
                "posting."
            )
        text = _read_upload(desk, file)
    if not text:
        raise PostingError("There is no posting yet. Paste its text, or choose a file.")
    decision = desk.classifier.classify(
        text, fields["title"] or None, employer=fields["employer"] or None
    )
    return desk.remember(fields["title"], decision)


def _read_upload(desk: Desk, file: UploadFile) -> str:
    with TemporaryDirectory(dir=desk.folder.work) as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as copy:
            shutil.copyfileobj(file.file, copy)
        return read_document(path, Path(file.filename or "").name)


def _remembered(request: Request) -> Remembered:
    found = desk_of(request).recall(request.path_params["key"])
    if found is None:
        raise HTTPException(
            404,
            "This decision is gone: single postings are kept only while the page is open, and only "
            "the last hundred. Paste the posting again.",
        )
    return found
