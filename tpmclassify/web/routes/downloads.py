"""A screening as a file to take along."""

from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from tpmclassify.errors import TPMClassifyError
from tpmclassify.web.routes.common import screening_of, session_of
from tpmclassify.web.store.export import EXPORTS, export
from tpmclassify.web.store.table_query import TableQuery


def download(request: Request) -> Response:
    """The rows of a view, those that were ruled on, or those that could not be read."""
    kind, screening = request.path_params["kind"], screening_of(request)
    stem = _file_stem(screening.name)
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


def _file_stem(name: str) -> str:
    """Letters, digits, dots, hyphens and underscores of the upload's name."""
    stem = "".join(c if c.isalnum() or c in "._-" else "_" for c in Path(name).stem)
    return stem.strip("._")[:80] or "table"


routes = [Route("/screenings/{key}/download/{kind}", download)]
