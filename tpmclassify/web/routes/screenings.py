"""The pages of many postings: upload, choose columns, watch, look through, delete."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.background import BackgroundTask
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tpmclassify.documents.read import DOCUMENT_SUFFIXES
from tpmclassify.documents.zip_guard import check_archive
from tpmclassify.errors import TPMClassifyError
from tpmclassify.pages.odd_texts import split_postings
from tpmclassify.pages.words import page_message
from tpmclassify.tables.formats.choose import CODECS, FORMATS, split_suffix
from tpmclassify.tables.preview import peek
from tpmclassify.web.routes.common import (
    NO_POSTING,
    NO_SCREENING,
    UploadedFile,
    change,
    found,
    render,
    save,
    screening_of,
    session_of,
    takes_form,
    uploaded_files,
)
from tpmclassify.web.security import MOST_TABLE_BYTES
from tpmclassify.web.session import Session
from tpmclassify.web.store.export import EXPORTS, export
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.store.table_query import FILTERS, PAGE_SIZE, TableQuery
from tpmclassify.web.uploads.jobs import Job
from tpmclassify.web.uploads.own_download import take_over

_SHOWN_REJECTS = 100
_MOST_DOCUMENTS = 500
_ARCHIVES, _MOST_UNPACKED, _MOST_RATIO = (".xlsx", ".xlsb", ".ods"), 4 << 30, 150
_TOLD = ("state", "phase", "done", "share")  # of a job that is being worked on


def show_all(request: Request, status: int = 200, error: str = "") -> Response:
    """All screenings, what is being worked on, and the form for another."""
    session = session_of(request)
    screenings, damaged = session.folder.all()
    return render(
        request,
        "screenings.html",
        status,
        error=error,
        jobs=session.jobs.all(),
        screenings=screenings,
        damaged=damaged,
        suffixes=[*FORMATS, *CODECS],
        documents=DOCUMENT_SUFFIXES,
        most_bytes=MOST_TABLE_BYTES,
    )


async def progress(request: Request) -> Response:
    """How far each upload is: what the script asks for again and again."""
    jobs = session_of(request).jobs.all()
    return JSONResponse({job.key: {name: getattr(job, name) for name in _TOLD} for job in jobs})


@takes_form(max_files=_MOST_DOCUMENTS, max_fields=2)
def upload(request: Request, form: FormData) -> Response:
    """Take a table, or documents; screen it at once where its columns are obvious."""
    files = uploaded_files(form)
    take = _take_upload if len(files) < 2 else _take_documents
    try:
        job = take(session_of(request), files)
    except TPMClassifyError as error:
        return show_all(request, 400, str(error))
    return RedirectResponse(f"/screenings/{job.key}", 303)


@change
def split(request: Request, form: FormData) -> Response:  # noqa: ARG001
    """Screen the postings that were pasted as one text, a row each."""
    session = session_of(request)
    posting = found(session.postings.get(request.path_params["key"]), NO_POSTING)
    parts = split_postings(posting.decision.text)
    files: list[UploadedFile] = [
        (f"posting {n}.txt", BytesIO(part.encode())) for n, part in enumerate(parts, 1)
    ]
    return RedirectResponse(f"/screenings/{_take_documents(session, files).key}", 303)


def show(request: Request) -> Response:
    """A screening's table; before there is one, the columns to choose, or how far it is."""
    job = session_of(request).jobs.get(request.path_params["key"])
    if job is None:
        return _table(request, screening_of(request))
    return render(request, "columns.html" if job.state == "columns" else "progress.html", job=job)


@change
def start(request: Request, form: FormData) -> Response:
    """Screen an upload by the columns that were chosen."""
    jobs, key = session_of(request).jobs, request.path_params["key"]
    job = found(jobs.get(key), NO_SCREENING)
    texts = [str(name) for name in form.getlist("text") if name]
    title, employer = (str(form.get(name, "")) or None for name in ("title", "employer"))
    if not texts or not set(texts) <= set(job.preview.names):
        raise HTTPException(400, "Choose the column that holds the text of the postings.")
    jobs.start(job, texts, title, employer)
    return RedirectResponse(f"/screenings/{key}", 303)


@change
def look(request: Request, form: FormData) -> Response:
    """Look at another sheet of an upload, or take another row for the column names."""
    job = found(session_of(request).jobs.get(request.path_params["key"]), NO_SCREENING)
    sheet, row = str(form.get("sheet", "")), str(form.get("header_row", ""))
    try:
        job.preview = peek(
            job.upload, sheet=sheet or None, header_row=int(row) if row.isdecimal() else None
        )
        job.keep()
    except TPMClassifyError as error:
        message = page_message(str(error), job.upload, job.name)
        return render(request, "columns.html", 400, job=job, error=message)
    return RedirectResponse(f"/screenings/{job.key}", 303)


@change
def again(request: Request, form: FormData) -> Response:  # noqa: ARG001
    """Let other columns of a screened table be chosen; what was decided stays with the rows."""
    session, screening = session_of(request), screening_of(request)
    with session.folder.new_upload() as folder:
        export(screening, "parquet", TableQuery(), folder / "upload.parquet")
        path, rulings = found(take_over(folder / "upload.parquet", screening.name), NO_SCREENING)
        job = session.jobs.add(screening.name, path, peek(path), rulings)
    return RedirectResponse(f"/screenings/{job.key}", 303)


@change
def cancel(request: Request, form: FormData) -> Response:  # noqa: ARG001
    """Stop an upload, or dismiss one that failed."""
    jobs = session_of(request).jobs
    if (job := jobs.get(request.path_params["key"])) is not None:
        jobs.cancel(job)
    return RedirectResponse("/screenings?notice=cancelled", 303)


@change
def delete(request: Request, form: FormData) -> Response:  # noqa: ARG001
    """Remove a screening with all its rows."""
    session_of(request).folder.delete(request.path_params["key"])
    return RedirectResponse("/screenings?notice=deleted", 303)


def download(request: Request) -> Response:
    """The rows of a view, those that were ruled on, or those that could not be read."""
    kind, screening = request.path_params["kind"], screening_of(request)
    # Letters, digits, dots, hyphens and underscores of the upload's name.
    stem = "".join(c if c.isalnum() or c in "._-" else "_" for c in Path(screening.name).stem)
    stem = stem.strip("._")[:80] or "table"
    if kind == "rejects" and screening.rejects is not None:
        return FileResponse(screening.rejects, filename=f"{stem}.rejects.jsonl")
    if kind not in EXPORTS:
        raise HTTPException(404)
    query = TableQuery.of(request.query_params)
    folder = TemporaryDirectory(dir=session_of(request).folder.work)
    path = Path(folder.name) / "download"
    try:
        export(screening, kind, query, path)
    except BaseException as error:
        folder.cleanup()
        if isinstance(error, TPMClassifyError):
            raise HTTPException(400, str(error)) from error
        raise
    part = "" if query == TableQuery() else ".decided" if query.decided == "yes" else ".part"
    name = f"{stem}{part}{EXPORTS[kind]}"
    return FileResponse(path, filename=name, background=BackgroundTask(folder.cleanup))


routes = [
    Route("/progress", progress),
    Route("/screenings", show_all),
    Route("/screenings", upload, methods=["POST"]),
    Route("/postings/{key}/split", split, methods=["POST"]),
    Route("/screenings/{key}", show),
    Route("/screenings/{key}/download/{kind}", download),
    Route("/screenings/{key}/start", start, methods=["POST"]),
    Route("/screenings/{key}/look", look, methods=["POST"]),
    Route("/screenings/{key}/again", again, methods=["POST"]),
    Route("/screenings/{key}/cancel", cancel, methods=["POST"]),
    Route("/screenings/{key}/delete", delete, methods=["POST"]),
]


def _take_documents(session: Session, files: list[UploadedFile]) -> Job:
    """Take several documents, a row each."""
    tables = [name for name, _ in files if Path(name).suffix.lower() not in DOCUMENT_SUFFIXES]
    if tables:
        raise TPMClassifyError(
            f"{tables[0]}: several files must be documents ({', '.join(DOCUMENT_SUFFIXES)}), one "
            "posting each. Upload tables one by one."
        )
    name = f"{len(files)} documents"
    with session.folder.new_upload() as folder:
        (documents := folder / "upload").mkdir()
        for number, (document, stream) in enumerate(files, start=1):
            path = documents / document
            # Of two with one name both are read.
            save(stream, path.with_stem(f"{path.stem} ({number})") if path.exists() else path)
        job = session.jobs.add(name, documents, peek(documents), [])
    session.jobs.start(job, ["text"], None, None)
    return job


def _take_upload(session: Session, files: list[UploadedFile]) -> Job:
    if not files:
        raise TPMClassifyError("There is no file yet. Choose a table of postings.")
    name, stream = files[0]
    suffix = split_suffix(name)[1].lower()
    if suffix in DOCUMENT_SUFFIXES:
        raise TPMClassifyError(
            f"{name}: this is one document, and goes to the page One posting. Of several, each is "
            "a row here."
        )
    with session.folder.new_upload() as folder:
        path = folder / f"upload{suffix}"
        save(stream, path)
        try:
            if suffix in _ARCHIVES:
                check_archive(path, most_bytes=_MOST_UNPACKED, most_ratio=_MOST_RATIO, name=name)
            path, rulings = take_over(path, name) or (path, [])
            preview = peek(path)
        except TPMClassifyError as error:
            raise TPMClassifyError(page_message(str(error), path, name)) from error
        job = session.jobs.add(name, path, preview, rulings)
    several = map(len, (preview.title, preview.employer, preview.sheets))
    if len(preview.text) == 1 and max(several) <= 1:  # nobody needs to say which column is which
        title, employer = (next(iter(found), None) for found in (preview.title, preview.employer))
        session.jobs.start(job, [preview.text[0]], title, employer)
    return job


def _table(request: Request, screening: Screening) -> Response:
    query = TableQuery.of(request.query_params)
    n_rows = screening.count(query)
    return render(
        request,
        "table.html",
        screening=screening,
        summary=screening.summary,
        counts=screening.counts,
        query=query,
        filters=FILTERS,
        facets=screening.facets(query),
        own=screening.own_facets(query),
        frequent=screening.frequent_titles(),
        steps=screening.last_steps(),
        rows=screening.page(query),
        n_rows=n_rows,
        n_pages=max(1, -(-n_rows // PAGE_SIZE)),
        first=(query.page - 1) * PAGE_SIZE + 1,
        rulings=screening.rulings(),
        n_marked=sum(map(len, screening.marks().values())),
        n_waiting=screening.count(TableQuery(decided="no")),
        rejects=_rejects(screening),
    )


def _rejects(screening: Screening) -> list[Mapping[str, Any]]:
    if screening.rejects is None:
        return []
    with screening.rejects.open(encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(_SHOWN_REJECTS), lines, strict=False)]
