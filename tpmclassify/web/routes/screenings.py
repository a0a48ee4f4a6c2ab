"""The pages of many postings: upload, choose columns, watch, look through, delete."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.background import BackgroundTask
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
from tpmclassify.web.routes.common import NO_SCREENING, UploadedFile, Visit, found, get, post, save
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


def show_all(visit: Visit, status: int = 200, error: str = "") -> Response:
    """All screenings, what is being worked on, and the form for another."""
    session = visit.session
    screenings, damaged = session.folder.all()
    return visit.render(
        "screenings.html",
        status,
        error=error,
        jobs=[*session.jobs.values()][::-1],
        screenings=screenings,
        damaged=damaged,
        suffixes=[*FORMATS, *CODECS],
        documents=DOCUMENT_SUFFIXES,
        most_bytes=MOST_TABLE_BYTES,
    )


async def progress(request: Request) -> Response:
    """How far each upload is: what the script asks for again and again."""
    jobs = [*request.app.state.session.jobs.values()]  # at once: other threads add to them
    return JSONResponse({job.key: {name: getattr(job, name) for name in _TOLD} for job in jobs})


def upload(visit: Visit) -> Response:
    """Take a table, or documents; screen it at once where its columns are obvious."""
    files = visit.files
    take = _take_upload if len(files) < 2 else _take_documents
    try:
        job = take(visit.session, files)
    except TPMClassifyError as error:
        return show_all(visit, 400, str(error))
    return RedirectResponse(f"/screenings/{job.key}", 303)


def split(visit: Visit) -> Response:
    """Screen the postings that were pasted as one text, a row each."""
    session = visit.session
    posting = visit.posting(visit.key)
    parts = split_postings(posting.decision.text)
    files: list[UploadedFile] = [
        (f"posting {n}.txt", BytesIO(part.encode())) for n, part in enumerate(parts, 1)
    ]
    return RedirectResponse(f"/screenings/{_take_documents(session, files).key}", 303)


def show(visit: Visit) -> Response:
    """A screening's table; before there is one, the columns to choose, or how far it is."""
    job = visit.session.jobs.get(visit.key)
    if job is None:
        screening, query = visit.screening, visit.query
        return visit.render(
            "table.html",
            screening=screening,
            query=query,
            filters=FILTERS,
            page_size=PAGE_SIZE,
            rejects=_rejects(screening),
        )
    return visit.render("columns.html" if job.state == "columns" else "progress.html", job=job)


def start(visit: Visit) -> Response:
    """Screen an upload by the columns that were chosen."""
    job = visit.job
    texts = [str(name) for name in visit.form.getlist("text") if name]
    title, employer = (str(visit.form.get(name, "")) or None for name in ("title", "employer"))
    if not texts or not set(texts) <= set(job.preview.names):
        raise HTTPException(400, "Choose the column that holds the text of the postings.")
    visit.session.jobs.start(job, texts, title, employer)
    return RedirectResponse(f"/screenings/{job.key}", 303)


def look(visit: Visit) -> Response:
    """Look at another sheet of an upload, or take another row for the column names."""
    job = visit.job
    sheet, row = str(visit.form.get("sheet", "")), str(visit.form.get("header_row", ""))
    try:
        job.preview = peek(
            job.upload, sheet=sheet or None, header_row=int(row) if row.isdecimal() else None
        )
        job.keep()
    except TPMClassifyError as error:
        message = page_message(str(error), job.upload, job.name)
        return visit.render("columns.html", 400, job=job, error=message)
    return RedirectResponse(f"/screenings/{job.key}", 303)


def again(visit: Visit) -> Response:
    """Let other columns of a screened table be chosen; what was decided stays with the rows."""
    session, screening = visit.session, visit.screening
    with session.folder.new_upload() as folder:
        export(screening, "parquet", TableQuery(), folder / "upload.parquet")
        path, rulings = found(take_over(folder / "upload.parquet", screening.name), NO_SCREENING)
        job = session.jobs.add(screening.name, path, peek(path), rulings)
    return RedirectResponse(f"/screenings/{job.key}", 303)


def cancel(visit: Visit) -> Response:
    """Stop an upload, or dismiss one that failed."""
    jobs = visit.session.jobs
    if (job := jobs.get(visit.key)) is not None:
        jobs.cancel(job)
    return RedirectResponse("/screenings?notice=cancelled", 303)


def delete(visit: Visit) -> Response:
    """Remove a screening with all its rows."""
    visit.session.folder.delete(visit.key)
    return RedirectResponse("/screenings?notice=deleted", 303)


def download(visit: Visit) -> Response:
    """The rows of a view, those that were ruled on, or those that could not be read."""
    kind, screening = visit.request.path_params["kind"], visit.screening
    # Letters, digits, dots, hyphens and underscores of the upload's name.
    stem = "".join(c if c.isalnum() or c in "._-" else "_" for c in Path(screening.name).stem)
    stem = stem.strip("._")[:80] or "table"
    if kind == "rejects" and screening.rejects is not None:
        return FileResponse(screening.rejects, filename=f"{stem}.rejects.jsonl")
    if kind not in EXPORTS:
        raise HTTPException(404)
    query = visit.query
    folder = TemporaryDirectory(dir=visit.session.folder.work)
    path = Path(folder.name) / "download"
    try:
        export(screening, kind, query, path)
    except BaseException as error:
        folder.cleanup()
        if isinstance(error, TPMClassifyError):
            raise HTTPException(400, str(error)) from error
        raise
    part = "" if not query else ".decided" if query["decided"] == "yes" else ".part"
    name = f"{stem}{part}{EXPORTS[kind]}"
    return FileResponse(path, filename=name, background=BackgroundTask(folder.cleanup))


routes = [
    Route("/progress", progress),
    get("/screenings", show_all),
    post("/screenings", upload, max_files=_MOST_DOCUMENTS),
    post("/postings/{key}/split", split),
    get("/screenings/{key}", show),
    get("/screenings/{key}/download/{kind}", download),
    post("/screenings/{key}/start", start),
    post("/screenings/{key}/look", look),
    post("/screenings/{key}/again", again),
    post("/screenings/{key}/cancel", cancel),
    post("/screenings/{key}/delete", delete),
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


def _rejects(screening: Screening) -> list[Mapping[str, Any]]:
    if screening.rejects is None:
        return []
    with screening.rejects.open(encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(_SHOWN_REJECTS), lines, strict=False)]
