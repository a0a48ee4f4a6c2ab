"""The pages of one row: why it reads as it does, and what the recruiter rules."""

import sqlite3
from contextlib import suppress
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from tpmclassify.deciding.decision import Decision
from tpmclassify.errors import PostingError
from tpmclassify.pages.decision_html import decision_view
from tpmclassify.pages.words import spoken
from tpmclassify.roles import LABELS, OTHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.web.routes.common import Visit, found, get, post
from tpmclassify.web.store.screening import Meant, Screening
from tpmclassify.web.store.table_query import TableQuery, number_of

_LONGEST_CELL = 500
_EXAMPLES, _ALIKE = 5, 50
_LONGEST_NOTE = 2000
# What a person may say of a line: what it states, and to which side it leans.
_STATES = {
    "none": "not a duty",
    **{name: spoken(name) for name in RESPONSIBILITIES},
    "other_duty": "another duty",
}
_LEANS = {TPM: TPM, PM: PM, "neutral": "neither of the two"}
_TOO_LONG = "This text is too long to be read."


def review(visit: Visit) -> Response:
    """Go to the first row that waits for a ruling, in the order that the address asks for."""
    screening = visit.screening
    query = visit.query.but(decided="no")
    rows = screening.page(query)
    if not rows:
        return _go(screening, notice="none")
    return _go(screening, query, row=rows[0]["row"])


def go(visit: Visit) -> Response:
    """Go to a row by its number."""
    screening, number = visit.screening, number_of(visit.parameters.get("row"))
    if number is None or screening.row(number) is None:
        return _go(screening, notice="no_row")
    return _go(screening, row=number)


def show(visit: Visit) -> Response:
    """A row and its explanation."""
    screening, row = _row_of(visit)
    number, query = row["row"], visit.query
    cells = screening.cells(number)
    decision = _decision(visit, screening, cells)
    view = decision_view(decision) if decision else {"decision": None}
    return visit.render(
        "row.html",
        screening=screening,
        row=row,
        query=query,
        copies=screening.examples(Meant(TableQuery(), [number], alike=True), _ALIKE),
        marks=screening.marks(number).get(number, {}),
        states=_STATES,
        leans=_LEANS,
        cells=[
            ("" if cells[name] is None else str(cells[name]))[:_LONGEST_CELL]
            for name in screening.own_columns
        ],
        **view,
    )


def take(visit: Visit) -> Response:
    """A row's decision as a file, or as what is copied."""
    screening, row = _row_of(visit)
    decision = found(_decision(visit, screening, screening.cells(row["row"])), _TOO_LONG)
    return visit.decision_file(decision, title=row["title"], employer=row["employer"])


def rule(visit: Visit) -> Response:
    """Write down a ruling and go on to the next row of the view."""
    ruling, query = _ruling(visit), visit.query
    screening, row = _row_of(visit)
    number: int | None = row["row"]
    screening.rule(ruling, Meant(query, [row["row"]], "copies" in visit.form))
    if ruling:
        number = screening.neighbour(row["row"], query)
    return _go(screening, query, row=number, notice="end" if number is None else "")


def note(visit: Visit) -> Response:
    """Write a note on a row; an empty one takes it away."""
    screening, row = _row_of(visit)
    screening.note(row["row"], str(visit.form.get("text", "")).strip()[:_LONGEST_NOTE])
    return _go(screening, visit.query, row=row["row"], notice="noted")


def mark(visit: Visit) -> Response:
    """Mark a line that is read wrongly; where nothing is said of it, its mark goes."""
    screening, row = _row_of(visit)
    decision = found(_decision(visit, screening, screening.cells(row["row"])), _TOO_LONG)
    start, states, leans = (str(visit.form.get(name, "")) for name in ("line", "states", "leans"))
    line = next((line for line in decision.evidence if str(line.start) == start), None)
    if line is None or states not in (*_STATES, "") or leans not in (*_LEANS, ""):
        raise HTTPException(400, "Choose one of the lines, and what it states or for whom.")
    as_read = "other_duty" if line.responsibility == OTHER else line.responsibility
    said = (line.end, states or as_read, "none" if states == "none" else leans or line.role)
    screening.mark(row["row"], line.start, said if states or leans else None)
    return _go(screening, visit.query, row=row["row"], notice="marked")


def rule_many(visit: Visit) -> Response:
    """Rule on a whole view or on chosen rows in one step, once it was confirmed."""
    ruling, query, rows = _ruling(visit), visit.query, None
    if "whole" not in visit.form:
        chosen = [number_of(row) for row in visit.form.getlist("chosen")]
        if None in chosen:
            raise HTTPException(400, "Rows are chosen by their numbers.")
        rows = [row for row in chosen if row is not None]
    screening, meant = visit.screening, Meant(query, rows, "copies" in visit.form)
    if "confirmed" in visit.form:
        return _go(screening, query, notice="" if screening.rule(ruling, meant) else "same")
    return visit.render(
        "confirm.html",
        screening=screening,
        query=query,
        ruling=ruling,
        meant=meant,
        found=screening.examples(meant, _EXAMPLES),
    )


def undo(visit: Visit) -> Response:
    """Take the last step back, and show the row or the view that it was about."""
    screening, query = visit.screening, visit.query
    step = screening.undo()
    if step is not None and step["n"] == 1 and visit.form.get("page") == "row":
        return _go(screening, query, row=step["first_row"], notice="undone")
    return _go(screening, query, notice="undone" if step else "nothing")


def _ruling(visit: Visit) -> str:
    ruling = str(visit.form.get("ruling", ""))
    if ruling not in (*LABELS, ""):
        raise HTTPException(400, f"A decision is one of {', '.join(LABELS)}, or empty.")
    return ruling


def _go(
    screening: Screening,
    query: TableQuery | None = None,
    *,
    row: int | None = None,
    notice: str = "",
) -> Response:
    """Go to a row in a view, or to the view's rows; without a view, to the whole table."""
    address = f"/screenings/{screening.key}" + (f"/rows/{row}" if row is not None else "")
    told = ["" if query is None else query.parameters(page=1), f"notice={notice}" if notice else ""]
    parameters = "&".join(filter(None, told))
    place = "#rows" if query is not None and row is None else ""
    return RedirectResponse(f"{address}{'?' if parameters else ''}{parameters}{place}", 303)


def _row_of(visit: Visit) -> tuple[Screening, sqlite3.Row]:
    """The screening and the row that an address names."""
    screening, number = visit.screening, visit.request.path_params["row"]
    return screening, found(screening.row(number), f"The table has no row {number:,}.")


def _decision(visit: Visit, screening: Screening, cells: dict[str, Any]) -> Decision | None:
    """The decision on a row; None where its text is too long to be read."""
    title, employer = (
        None if name is None else cells[name] or None
        for name in (screening.title, screening.employer)
    )
    with suppress(PostingError):
        return visit.session.classifier.classify(screening.text_of(cells), title, employer=employer)
    return None


routes = [
    get("/screenings/{key}/review", review),
    get("/screenings/{key}/go", go),
    post("/screenings/{key}/rulings", rule_many),
    post("/screenings/{key}/undo", undo),
    get("/screenings/{key}/rows/{row:int}", show),
    get("/screenings/{key}/rows/{row:int}/decision.{kind}", take),
    post("/screenings/{key}/rows/{row:int}/ruling", rule),
    post("/screenings/{key}/rows/{row:int}/note", note),
    post("/screenings/{key}/rows/{row:int}/mark", mark),
]
