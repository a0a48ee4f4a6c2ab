"""How far each upload is, told to the browser as it happens (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tpmclassify.web.routes.common import session_of
from tpmclassify.web.session import Session

_SECONDS_BETWEEN_LOOKS = 0.25
_TOLD = ("state", "phase", "done", "share")
_LOOKS_BETWEEN_SIGNS = 40  # a sign of life, so that a closed window is noticed


async def progress(request: Request) -> Response:
    """One stream for all uploads: a browser keeps only six connections to a site."""
    return StreamingResponse(_events(session_of(request)), media_type="text/event-stream")


async def _events(session: Session) -> AsyncIterator[str]:
    told, silent = "", 0
    while not session.closing.is_set():
        jobs = session.jobs.all()
        now = json.dumps({job.key: {name: getattr(job, name) for name in _TOLD} for job in jobs})
        silent += 1
        if now != told:
            told, silent = now, 0
            yield f"data: {now}\n\n"
        elif silent > _LOOKS_BETWEEN_SIGNS:
            silent = 0
            yield ": still here\n\n"
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


routes = [Route("/events", progress)]
