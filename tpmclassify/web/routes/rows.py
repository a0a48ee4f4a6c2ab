"""The pages of one row: why it reads as it does, and what the recruiter decides."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.deciding.decision import Decision
from tpmclassify.errors import PostingError
from tpmclassify.pages.decision_html import decision_view
from tpmclassify.screening import COLUMNS
from tpmclassify.web.routes.postings import decision_file
from tpmclassify.web.routes.screenings import screening_of
from tpmclassify.web.security import check_token
from tpmclassify.web.session import answer, desk_of
from tpmclassify.web.store.query import TableQuery
from tpmclassify.web.store.screening import DECISIONS, Screening

_LONGEST_CELL = 500


async def review(request: Request) -> Response:
    """Go to the first row that waits for a decision."""
    return await run_in_threadpool(_review, request)


async def show(request: Request) -> Response:
    """A row and its explanation."""
    return await run_in_threadpool(_show, request)


async def take(request: Request) -> Response:
    """A row's decision as a file, or as what is copied."""
    return await run_in_threadpool(_take, request)


async def decide(request: Request) -> Response:
    """Write down a decision and go on to the next row of the view."""
    async with request.form(max_files=0, max_fields=16) as form:
        check_token(form, desk_of(request).token)
        decision = str(form.get("decision", ""))
        query = TableQuery.of({k: v for k, v in form.items() if isinstance(v, str)})
    if decision not in (*DECISIONS, ""):
        raise HTTPException(400, f"A decision is one of {', '.join(DECISIONS)}, or empty.")
    return await run_in_threadpool(_decide, request, decision, query)


def _review(request: Request) -> Response:
    screening, query = screening_of(request), TableQuery(decided="no")
    row = screening.first(query)
    if row is None:
        return RedirectResponse(f"/screenings/{screening.about.key}?notice=none", 303)
    return RedirectResponse(_address(screening, row, query), 303)


def _show(request: Request) -> Response:
    screening = screening_of(request)
    row, query = _row_number(request), TableQuery.of(request.query_params)
    verdict = screening.verdict(row)
    if verdict is None:
        raise HTTPException(404, f"The table has no row {row:,}.")
    cells = screening.cells(row)
    about = screening.about
    try:
        view: dict[str, Any] | None = decision_view(_decision(request, screening, cells))
    except PostingError:
        view = None  # too long to be read
    shown = {about.text, *COLUMNS}
    return answer(
        request,
        "row.html",
        about=about,
        row=verdict,
        query=query,
        before=screening.neighbour(row, query, backwards=True),
        after=screening.neighbour(row, query),
        view=view,
        cells={
            name: "" if cell is None else str(cell)[:_LONGEST_CELL]
            for name, cell in cells.items()
            if name not in shown
        },
        **(view or {}),
    )


def _take(request: Request) -> Response:
    screening, row = screening_of(request), _row_number(request)
    if screening.verdict(row) is None:
        raise HTTPException(404, f"The table has no row {row:,}.")
    try:
        decision = _decision(request, screening, screening.cells(row))
    except PostingError as error:
        raise HTTPException(400, str(error)) from error
    return decision_file(decision, request.path_params["kind"])


def _decide(request: Request, decision: str, query: TableQuery) -> Response:
    screening, row = screening_of(request), _row_number(request)
    if not screening.decide(row, decision):
        raise HTTPException(404, f"The table has no row {row:,}.")
    if not decision:
        return RedirectResponse(_address(screening, row, query), 303)
    after = screening.neighbour(row, query)
    if after is None:
        parameters = query.parameters(page=1)
        end = f"{parameters}&notice=end" if parameters else "notice=end"
        return RedirectResponse(f"/screenings/{screening.about.key}?{end}", 303)
    return RedirectResponse(_address(screening, after, query), 303)


def _decision(request: Request, screening: Screening, cells: dict[str, Any]) -> Decision:
    about = screening.about
    title = None if about.title is None else cells[about.title]
    employer = None if about.employer is None else cells[about.employer]
    return desk_of(request).classifier.classify(
        cells[about.text] or "", title or None, employer=employer or None
    )


def _address(screening: Screening, row: int, query: TableQuery) -> str:
    parameters = query.parameters(page=1)
    address = f"/screenings/{screening.about.key}/rows/{row}"
    return f"{address}?{parameters}" if parameters else address


def _row_number(request: Request) -> int:
    row: int = request.path_params["row"]
    if row > 2**62:
        raise HTTPException(404, "The table has no such row.")
    return row


routes = [
    Route("/screenings/{key}/review", review),
    Route("/screenings/{key}/rows/{row:int}", show),
    Route("/screenings/{key}/rows/{row:int}/decision.{kind}", take),
    Route("/screenings/{key}/rows/{row:int}/decision", decide, methods=["POST"]),
]
