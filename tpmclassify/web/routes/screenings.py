"""The pages of many postings: upload, choose columns, watch, look through, decide, take along."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.errors import TPMClassifyError
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.preview import peek
from tpmclassify.web.security import check_token
from tpmclassify.web.session import MOST_TABLE_BYTES, Desk, answer, desk_of, file_stem
from tpmclassify.web.store.downloads import WRITERS
from tpmclassify.web.store.query import FILTERS, PAGE_SIZE, TableQuery
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.uploads.jobs import Job
from tpmclassify.web.uploads.table_files import TABLE_SUFFIXES, check_table, is_obvious

_SHOWN_REJECTS = 100
_NOTICES = {
    "deleted": "Deleted, with all its rows and decisions.",
    "cancelled": "Stopped, and the upload removed.",
    "end": "That was the last row of this view.",
    "none": "No row waits for a decision.",
}


async def show_all(request: Request) -> Response:
    """All screenings, what is being worked on, and the form for another."""
    return await run_in_threadpool(_overview, request, 200, "")


async def upload(request: Request) -> Response:
    """Take a table; screen it at once where its columns are obvious."""
    desk = desk_of(request)
    async with request.form(max_files=1, max_fields=2) as form:
        check_token(form, desk.token)
        try:
            job = await run_in_threadpool(_take_upload, desk, form.get("file"))
        except TPMClassifyError as error:
            return await run_in_threadpool(_overview, request, 400, str(error))
    return RedirectResponse(f"/screenings/{job.key}", 303)


async def show(request: Request) -> Response:
    """A screening's table; before there is one, the columns to choose, or how far it is."""
    return await run_in_threadpool(_show, request)


async def start(request: Request) -> Response:
    """Screen an upload by the columns that were chosen."""
    desk, job = desk_of(request), _job(request)
    async with request.form(max_files=0, max_fields=4) as form:
        check_token(form, desk.token)
        chosen = {name: str(form.get(name, "")) for name in ("text", "title", "employer")}
    if chosen["text"] not in job.preview.names:
        raise HTTPException(400, "Choose the column that holds the text of the postings.")
    desk.jobs.start(job, chosen["text"], chosen["title"] or None, chosen["employer"] or None)
    return RedirectResponse(f"/screenings/{job.key}", 303)


async def cancel(request: Request) -> Response:
    """Stop an upload, or dismiss one that failed."""
    desk = desk_of(request)
    await _checked_form(request)
    job = desk.jobs.get(request.path_params["key"])
    if job is not None:
        await run_in_threadpool(desk.jobs.cancel, job)
    return RedirectResponse("/screenings?notice=cancelled", 303)


async def delete(request: Request) -> Response:
    """Remove a screening."""
    await _checked_form(request)
    await run_in_threadpool(desk_of(request).store.delete, request.path_params["key"])
    return RedirectResponse("/screenings?notice=deleted", 303)


async def download(request: Request) -> Response:
    """A screening as a file."""
    return await run_in_threadpool(_download, request)


def _overview(request: Request, status: int, error: str) -> Response:
    desk = desk_of(request)
    return answer(
        request,
        "screenings.html",
        status,
        error=error,
        notice=_NOTICES.get(request.query_params.get("notice", ""), ""),
        cut_off=desk.folder.cut_off,
        jobs=desk.jobs.all(),
        screenings=[
            (screening.about, sum(screening.decided().values())) for screening in desk.store.all()
        ],
        suffixes=TABLE_SUFFIXES,
        most_bytes=MOST_TABLE_BYTES,
    )


def _take_upload(desk: Desk, file: object) -> Job:
    if not isinstance(file, UploadFile) or not file.filename:
        raise TPMClassifyError("There is no file yet. Choose a table of postings.")
    name = Path(file.filename.replace("\\", "/")).name
    key, folder = desk.jobs.new_folder(name)
    try:
        path = folder / f"upload{Path(name).suffix.lower()}"
        with path.open("wb") as copy:
            shutil.copyfileobj(file.file, copy, 1 << 20)
        check_table(path, name)
        try:
            preview = peek(path)
        except TPMClassifyError as error:
            raise TPMClassifyError(str(error).replace(str(path), name)) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    job = desk.jobs.add(key, name, path, preview)
    if is_obvious(preview):
        title, employer = (next(iter(found), None) for found in (preview.title, preview.employer))
        desk.jobs.start(job, preview.text[0], title, employer)
    return job


def _show(request: Request) -> Response:
    desk, key = desk_of(request), request.path_params["key"]
    screening = desk.store.get(key)
    if screening is not None:
        return _table(request, screening)
    job = _job(request)
    if job.state == "columns":
        return answer(request, "columns.html", job=job, preview=job.preview)
    return answer(request, "progress.html", job=job)


def _table(request: Request, screening: Screening) -> Response:
    query = TableQuery.of(request.query_params)
    n_rows = screening.count(query)
    decided = screening.decided()
    return answer(
        request,
        "table.html",
        about=screening.about,
        summary=screening.about.summary,
        figures=ScreeningCounts.from_dict(screening.about.figures),
        query=query,
        filters=FILTERS,
        rows=screening.page(query),
        n_rows=n_rows,
        n_pages=max(1, -(-n_rows // PAGE_SIZE)),
        first=(query.page - 1) * PAGE_SIZE + 1,
        decided=decided,
        n_decided=sum(decided.values()),
        n_waiting=screening.count(TableQuery(decided="no")),
        rejects=_rejects(screening),
        notice=_NOTICES.get(request.query_params.get("notice", ""), ""),
    )


def _rejects(screening: Screening) -> list[Mapping[str, Any]]:
    if screening.rejects is None:
        return []
    with screening.rejects.open(encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(_SHOWN_REJECTS), lines, strict=False)]


def _download(request: Request) -> Response:
    desk, kind = desk_of(request), request.path_params["kind"]
    screening = screening_of(request)
    stem = file_stem(screening.about.name)
    if kind == "rejects" and screening.rejects is not None:
        return FileResponse(screening.rejects, filename=f"{stem}.rejects.jsonl")
    if kind not in WRITERS:
        raise HTTPException(404)
    suffix, write = WRITERS[kind]
    folder = TemporaryDirectory(dir=desk.folder.work)
    path = Path(folder.name) / "download"
    try:
        write(screening, path)
    except TPMClassifyError as error:
        folder.cleanup()
        raise HTTPException(400, str(error)) from error
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(path, filename=f"{stem}{suffix}", background=BackgroundTask(folder.cleanup))


def screening_of(request: Request) -> Screening:
    """The screening that an address names."""
    found = desk_of(request).store.get(request.path_params["key"])
    if found is None:
        raise HTTPException(404, "There is no such screening. It may have been deleted.")
    return found


def _job(request: Request) -> Job:
    found = desk_of(request).jobs.get(request.path_params["key"])
    if found is None:
        raise HTTPException(404, "There is no such screening. It may have been deleted.")
    return found


async def _checked_form(request: Request) -> None:
    async with request.form(max_files=0, max_fields=4) as form:
        check_token(form, desk_of(request).token)


routes = [
    Route("/screenings", show_all),
    Route("/screenings", upload, methods=["POST"]),
    Route("/screenings/{key}", show),
    Route("/screenings/{key}/start", start, methods=["POST"]),
    Route("/screenings/{key}/cancel", cancel, methods=["POST"]),
    Route("/screenings/{key}/delete", delete, methods=["POST"]),
    Route("/screenings/{key}/download/{kind}", download),
]
