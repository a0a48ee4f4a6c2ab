"""The page as an application: its routes, its errors, its guard."""

import mimetypes
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from tpmclassify.pages.templating import LOOK
from tpmclassify.web.routes import postings, rows, screenings
from tpmclassify.web.routes.common import Visit
from tpmclassify.web.security import FAULT, Guard
from tpmclassify.web.session import Session

_STATIC = Path(__file__).with_name("static")


def make_app(session: Session, host: str) -> ASGIApp:
    """Put the page together that listens on `host`."""
    app = Starlette(
        routes=[
            *postings.routes,
            *screenings.routes,
            *rows.routes,
            Route("/static/look.css", lambda _: FileResponse(LOOK)),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        exception_handlers={HTTPException: _error, Exception: _error},
    )
    app.state.session = session
    # Windows may be told otherwise by other programs, and a browser runs no script of another type.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/css", ".css")
    return Guard(app, host)


async def _error(request: Request, error: Exception) -> Response:
    status, message = 500, FAULT
    if isinstance(error, HTTPException):
        status, message = error.status_code, error.detail
        if message == HTTPStatus(status).phrase:
            message = "There is nothing at this address." if status == HTTPStatus.NOT_FOUND else ""
    response = Visit(request).render(
        "error.html", status, title=HTTPStatus(status).phrase, message=message
    )
    # A body that was not read to its end must not be taken for the next request.
    response.headers["Connection"] = "close"
    return response
