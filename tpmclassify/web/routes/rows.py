"""The pages of one row: why it reads as it does, and what the recruiter rules."""

import sqlite3
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.deciding.decision import Decision
from tpmclassify.errors import PostingError
from tpmclassify.pages.decision_html import decision_view
from tpmclassify.roles import LABELS
from tpmclassify.screening import COLUMNS
from tpmclassify.web.routes.common import (
    checked_form,
    decision_file,
    found,
    render,
    screening_of,
    session_of,
)
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.store.table_query import TableQuery

_LONGEST_CELL = 500


def review(request: Request) -> Response:
    """Go to the first row that waits for a ruling."""
    screening, query = screening_of(request), TableQuery(decided="no")
    rows = screening.page(query)
    if not rows:
        return RedirectResponse(f"/screenings/{screening.key}?notice=none", 303)
    return RedirectResponse(_address(screening, rows[0]["row"], query), 303)


def show(request: Request) -> Response:
    """A row and its explanation."""
    screening, row = _row_of(request)
    number, query = row["row"], TableQuery.of(request.query_params)
    cells = screening.cells(number)
    try:
        view = decision_view(_decision(request, screening, cells))
    except PostingError:
        view = {}  # too long to be read
    shown = {screening.text, *COLUMNS}
    return render(
        request,
        "row.html",
        screening=screening,
        row=row,
        query=query,
        before=screening.neighbour(number, query, backwards=True),
        after=screening.neighbour(number, query),
        view=view,
        cells={
            name: "" if cell is None else str(cell)[:_LONGEST_CELL]
            for name, cell in cells.items()
            if name not in shown
        },
        **view,
    )


def take(request: Request) -> Response:
    """A row's decision as a file, or as what is copied."""
    screening, row = _row_of(request)
    try:
        decision = _decision(request, screening, screening.cells(row["row"]))
    except PostingError as error:
        raise HTTPException(400, str(error)) from error
    return decision_file(request, decision, title=row["title"], employer=row["employer"])


async def rule(request: Request) -> Response:
    """Write down a ruling and go on to the next row of the view."""
    async with checked_form(request, max_files=0, max_fields=16) as form:
        ruling = str(form.get("ruling", ""))
        query = TableQuery.of({k: v for k, v in form.items() if isinstance(v, str)})
    if ruling not in (*LABELS, ""):
        raise HTTPException(400, f"A decision is one of {', '.join(LABELS)}, or empty.")
    return await run_in_threadpool(_rule, request, ruling, query)


def _rule(request: Request, ruling: str, query: TableQuery) -> Response:
    screening, row = _row_of(request)
    number: int | None = row["row"]
    screening.set_ruling(row["row"], ruling)
    if ruling:
        number = screening.neighbour(row["row"], query)
    if number is None:
        parameters = query.parameters(page=1)
        end = f"{parameters}&notice=end" if parameters else "notice=end"
        return RedirectResponse(f"/screenings/{screening.key}?{end}", 303)
    return RedirectResponse(_address(screening, number, query), 303)


def _row_of(request: Request) -> tuple[Screening, sqlite3.Row]:
    """The screening and the row that an address names."""
    screening, number = screening_of(request), request.path_params["row"]
    return screening, found(screening.row(number), f"The table has no row {number:,}.")


def _decision(request: Request, screening: Screening, cells: dict[str, Any]) -> Decision:
    title, employer = (
        None if name is None else cells[name] or None
        for name in (screening.title, screening.employer)
    )
    return session_of(request).classifier.classify(
        cells[screening.text] or "", title, employer=employer
    )


def _address(screening: Screening, row: int, query: TableQuery) -> str:
    parameters = query.parameters(page=1)
    address = f"/screenings/{screening.key}/rows/{row}"
    return f"{address}?{parameters}" if parameters else address


routes = [
    Route("/screenings/{key}/review", review),
    Route("/screenings/{key}/rows/{row:int}", show),
    Route("/screenings/{key}/rows/{row:int}/decision.{kind}", take),
    Route("/screenings/{key}/rows/{row:int}/ruling", rule, methods=["POST"]),
]
