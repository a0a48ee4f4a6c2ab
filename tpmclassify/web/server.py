"""`tpmclassify serve`: finds a port, opens the browser, serves until it is stopped."""

import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

import platformdirs
import uvicorn

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TPMClassifyError
from tpmclassify.machine_code.load import WORTH_LOADING, machine_code
from tpmclassify.web.app import make_app
from tpmclassify.web.security import LOOPBACK
from tpmclassify.web.session import Session
from tpmclassify.web.store.data_folder import DataFolder

USUAL_PORT = 8000
_BACKLOG = 128


def serve(
    classifier: TPMClassifier,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    ephemeral: bool = False,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve the recruiter's page until it is stopped.

    Any `host` but a loopback address opens the page to other machines; without a port 8000 is
    taken, or a free one; `ephemeral` keeps no table; `tell` takes what the user should read.
    """
    listener = _listener(host, port)
    home = Path(platformdirs.user_data_dir("tpmclassify", appauthor=False))
    folder = DataFolder(None if ephemeral else home)
    session = Session(classifier, folder)
    try:
        config = uvicorn.Config(
            make_app(session, host),
            access_log=False,
            log_level="error",
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        address = _address(listener, host)
        tell(f"tpmclassify is at {address} (stop it with Ctrl+C)")
        tell(
            "Nothing is kept: tables are removed when the page ends (--ephemeral)."
            if ephemeral
            else f"Tables are kept in {folder.root} until you delete them on the page."
        )
        if host not in LOOPBACK:
            tell(
                f"WARNING: --host {host} opens the page to other machines. Whoever reaches it can "
                "read, decide and delete everything on it, and nothing is encrypted."
            )
        # The first advice on a long posting would wait half a second for it.
        threading.Thread(target=machine_code, args=(WORTH_LOADING,)).start()
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        # The end of a terminal or of the machine ends the page as Ctrl+C does, its folder cleaned:
        # uvicorn takes SIGTERM, and raises it again once it has stopped.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
            if hasattr(signal, "SIGHUP"):
                signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        tell("Stopped.")
    finally:
        session.close()
        listener.close()


def _listener(host: str, port: int | None) -> socket.socket:
    ports = (USUAL_PORT, 0) if port is None else (port,)
    for number in ports:
        try:
            family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
            return socket.create_server((host, number), family=family, backlog=_BACKLOG)
        except (OSError, OverflowError) as error:
            last = error
    reason = getattr(last, "strerror", None) or str(last)
    raise TPMClassifyError(
        f"The page cannot listen on {host}, port {ports[0]} ({reason}). Name another with --port, "
        "or leave it out to take a free one."
    )


def _address(listener: socket.socket, host: str) -> str:
    shown = "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{listener.getsockname()[1]}"
