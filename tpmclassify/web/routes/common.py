"""What all routes do: check a form, find what an address names, answer with a page."""

import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tpmclassify.deciding.decision import Decision
from tpmclassify.pages.decision_html import brief_html, brief_text, brief_view, decision_page
from tpmclassify.pages.templating import environment
from tpmclassify.web.session import ClassifiedPosting, Session
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.store.table_query import PAGE_SIZE, TableQuery
from tpmclassify.web.uploads.jobs import Job

UploadedFile = tuple[str, BinaryIO]
NO_SCREENING = "There is no such screening. It may have been deleted."
NO_POSTING = (
    "This decision is gone: single postings are kept only while the page is open, and only the "
    "last hundred. Paste the posting again."
)
_OLD_FORM = "This form is from before the page was started anew. Go back, reload, try again."
_Thing = TypeVar("_Thing")
_CHUNK = 1 << 20
# The fields of a view, and the rows chosen on it.
_LIMITS = {"max_files": 0, "max_fields": 32 + PAGE_SIZE}


class Visit:
    """A request, its `session`, its `form` (empty where it has none), and what it is about."""

    def __init__(self, request: Request, form: FormData | None = None) -> None:
        self.request = request
        self.session: Session = request.app.state.session
        self.form = FormData() if form is None else form

    @property
    def key(self) -> str:
        """The key in the address."""
        return str(self.request.path_params["key"])

    @property
    def parameters(self) -> QueryParams:
        """What follows the address."""
        return self.request.query_params

    @property
    def query(self) -> TableQuery:
        """The view of a table that was asked for."""
        return TableQuery.of(self.form or self.parameters)

    @property
    def screening(self) -> Screening:
        """The screening that the address names."""
        return found(self.session.folder.get(self.key), NO_SCREENING)

    @property
    def job(self) -> Job:
        """The upload that the address names."""
        return found(self.session.jobs.get(self.key), NO_SCREENING)

    def posting(self, key: str) -> ClassifiedPosting:
        """A posting of this session."""
        return found(self.session.postings.get(key), NO_POSTING)

    def field(self, name: str) -> str:
        """What was written in a field of the form, which sends every end of a line as CR LF."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    @property
    def files(self) -> list[UploadedFile]:
        """The files that came with the form, their names without folders."""
        return [
            (Path(file.filename.replace("\\", "/")).name, file.file)
            for file in self.form.getlist("file")
            if isinstance(file, UploadFile) and file.filename
        ]

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Answer with a template of the page."""
        page = environment("tpmclassify.web").get_template(template)
        return HTMLResponse(
            page.render(
                csrf_token=self.session.token,
                section=self.request.url.path.split("/")[1],
                is_ephemeral=self.session.folder.is_ephemeral,
                notice=self.parameters.get("notice", ""),
                **context,
            ),
            status,
        )

    def decision_file(self, decision: Decision, *, title: str, employer: str) -> Response:
        """Answer with a decision in the form that the address names.

        Files to download are called as the posting is; `mail` and `brief` are what is copied.
        """
        kind, about = self.request.path_params["kind"], (title, employer)
        if kind == "print":
            back = self.request.url.path.rpartition("/")[0]
            return self.render("print.html", back=back, **brief_view(decision, *about))
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


def get(path: str, make: Callable[[Visit], Response]) -> Route:
    """A route to look at something."""
    return Route(path, lambda request: make(Visit(request)))


def post(path: str, make: Callable[[Visit], Response], **limits: int) -> Route:
    """A route that takes a form, off the event loop.

    403 without the session's token, 400 where the form holds more than is allowed.
    """

    async def route(request: Request) -> Response:
        async with request.form(**{**_LIMITS, **limits}) as form:
            visit = Visit(request, form)
            given = str(form.get("csrf_token", ""))
            if not secrets.compare_digest(given.encode(), visit.session.token.encode()):
                raise HTTPException(403, _OLD_FORM)
            return await run_in_threadpool(make, visit)

    return Route(path, route, methods=["POST"])


def save(stream: BinaryIO, path: Path) -> None:
    """Write what was uploaded to a file, never all of it in memory."""
    with path.open("wb") as copy:
        shutil.copyfileobj(stream, copy, _CHUNK)


def found(thing: _Thing | None, message: str) -> _Thing:
    """What an address names; 404 where there is no such thing."""
    if thing is None:
        raise HTTPException(404, message)
    return thing
