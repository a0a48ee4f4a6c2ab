"""What all routes do: know their session, check a form, find a screening, answer with a page."""

import re
import secrets
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tpmclassify.deciding.decision import Decision
from tpmclassify.pages.decision_html import brief_html, brief_text, brief_view, decision_page
from tpmclassify.pages.templating import environment
from tpmclassify.web.session import Session
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.store.table_query import PAGE_SIZE

UploadedFile = tuple[str, BinaryIO]
NO_SCREENING = "There is no such screening. It may have been deleted."
NO_POSTING = (
    "This decision is gone: single postings are kept only while the page is open, and only the "
    "last hundred. Paste the posting again."
)
_OLD_FORM = "This form is from before the page was started anew. Go back, reload, try again."
_Thing = TypeVar("_Thing")
_Form = Callable[[Request, FormData], Response]
_CHUNK = 1 << 20
_MOST_FIELDS = 32 + PAGE_SIZE  # the fields of a view, and the rows chosen on it


def session_of(request: Request) -> Session:
    """The session of the page that a request came to."""
    session: Session = request.app.state.session
    return session


def takes_form(**limits: int) -> Callable[[_Form], Callable[[Request], Awaitable[Response]]]:
    """A route that takes a form, off the event loop.

    403 without the session's token, 400 where the form holds more than is allowed.
    """

    def decorate(make: _Form) -> Callable[[Request], Awaitable[Response]]:
        async def route(request: Request) -> Response:
            async with request.form(**limits) as form:
                given, token = str(form.get("csrf_token", "")), session_of(request).token
                if not secrets.compare_digest(given.encode(), token.encode()):
                    raise HTTPException(403, _OLD_FORM)
                return await run_in_threadpool(make, request, form)

        return route

    return decorate


change = takes_form(max_files=0, max_fields=_MOST_FIELDS)


def uploaded_files(form: FormData) -> list[UploadedFile]:
    """The files that came with a form, their names without folders; none where none was chosen."""
    return [
        (Path(file.filename.replace("\\", "/")).name, file.file)
        for file in form.getlist("file")
        if isinstance(file, UploadFile) and file.filename
    ]


def save(stream: BinaryIO, path: Path) -> None:
    """Write what was uploaded to a file, never all of it in memory."""
    with path.open("wb") as copy:
        shutil.copyfileobj(stream, copy, _CHUNK)


def found(thing: _Thing | None, message: str) -> _Thing:
    """What an address names; 404 where there is no such thing."""
    if thing is None:
        raise HTTPException(404, message)
    return thing


def screening_of(request: Request) -> Screening:
    """The screening that an address names."""
    return found(session_of(request).folder.get(request.path_params["key"]), NO_SCREENING)


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Answer with a template of the page."""
    session = session_of(request)
    page = environment("tpmclassify.web").get_template(template)
    return HTMLResponse(
        page.render(
            csrf_token=session.token,
            section=request.url.path.split("/")[1],
            is_ephemeral=session.folder.is_ephemeral,
            notice=request.query_params.get("notice", ""),
            **context,
        ),
        status,
    )


def decision_file(request: Request, decision: Decision, *, title: str, employer: str) -> Response:
    """Answer with a decision in the form that the address names.

    Files to download are called as the posting is; `mail` and `brief` are what is copied.
    """
    kind, about = request.path_params["kind"], (title, employer)
    if kind == "print":
        back = request.url.path.rpartition("/")[0]
        return render(request, "print.html", back=back, **brief_view(decision, *about))
    forms: dict[str, tuple[str, Callable[[Decision], str]]] = {
        "html": ("text/html", decision_page),
        "json": ("application/json", Decision.to_json),
        "txt": ("text/plain", Decision.explain),
        "mail": ("text/html", lambda it: brief_html(it, *about)),
        "brief": ("text/plain", lambda it: brief_text(it, *about)),
    }
    if kind not in forms:
        raise HTTPException(404)
    media_type, write = forms[kind]
    suffix = {"mail": "html", "brief": "txt"}.get(kind, kind)
    name = "-".join(re.findall(r"\w+", title or "decision"))[:80]
    disposition = f"attachment; filename*=utf-8''{quote(name, safe='')}.{suffix}"
    return Response(
        write(decision), media_type=media_type, headers={"Content-Disposition": disposition}
    )
