"""A result while it is being written: durable up to some batch, and complete or not there at all.

Beside ``OUT`` stand, until it is complete, ``OUT.part`` (what was appended), ``OUT.rejects...part``
(rejected rows) and ``OUT.part.json`` (how far both are durable, and what must not change before
the job goes on). The order is what makes it safe: the parts reach the disk before the state that
counts on them, the state before the name that it replaces, the result before it is named ``OUT``.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any

from tpmclassify.errors import TableError, unwritable
from tpmclassify.tables.job.same_job import InputFile


class Unfinished:
    """The files of a job that is under way.

    Parameters
    ----------
    output : Path
        The result's name.
    rejects : Path
        The rejects' name.
    source : InputFile
        What is read. A pipe cannot be read again: nothing stays then where the job fails.

    Attributes
    ----------
    part, rejects_part, state_file : Path
    resumable : bool
    """

    def __init__(self, output: Path, rejects: Path, source: InputFile) -> None:
        self.output = output
        self.rejects = rejects
        self.resumable = source.is_regular
        self._source = source
        self.part = _beside(output, ".part")
        self.rejects_part = _beside(rejects, ".part")
        self.state_file = _beside(output, ".part.json")
        self._finished = _beside(output, ".part.new")
        self._streams: list[FileIO] = []
        self._state: dict[str, Any] = {}
        self._saved: dict[str, Any] | None = None

    def read_state(self) -> dict[str, Any] | None:
        """Read how far an earlier run came; None where there is nothing to continue.

        Raises
        ------
        TableError
            If the state cannot be read.
        """
        try:
            self._saved = json.loads(self.state_file.read_bytes())
            self._state = dict(self._saved or {})
            return self._saved
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise TableError(
                f"{self.state_file}: the state of the unfinished screening cannot be read "
                f"({error}). Delete it, and start again without --resume (resume=)."
            ) from None

    def start(self, state: Mapping[str, Any] | None) -> None:
        """Open the parts: empty, or cut off at the durable place of an earlier run.

        Raises
        ------
        TableError
            If they cannot be written, or are shorter than they were.
        """
        places = (0, 0) if state is None else (state["output_bytes"], state["rejects_bytes"])
        with self.errors():
            if state is None:
                self.state_file.unlink(missing_ok=True)
            for path, place in zip((self.part, self.rejects_part), places, strict=True):
                # Unbuffered: what was appended is with the system, whatever fails later on.
                stream = path.open("wb" if state is None else "r+b", buffering=0)
                self._streams.append(stream)
                if place > path.stat().st_size:
                    raise TableError(
                        f"{path}: the file is shorter than it was when the screening stopped. "
                        "Start again without --resume (resume=)."
                    )
                stream.truncate(place)
                stream.seek(place)

    def append(self, rows: bytes, rejects: bytes, state: Mapping[str, Any]) -> None:
        """Append a batch; it counts as soon as both are written.

        Raises
        ------
        TableError
            If it cannot be written.
        """
        with self.errors():
            for stream, data in zip(self._streams, (rows, rejects), strict=True):
                rest = memoryview(data)
                while rest:
                    rest = rest[stream.write(rest) :]
            places = [stream.tell() for stream in self._streams]
        self._state = {**state, "output_bytes": places[0], "rejects_bytes": places[1]}

    def checkpoint(self) -> None:
        """Make durable what was appended.

        Raises
        ------
        TableError
            If it cannot be written; the earlier checkpoint then still holds.
        """
        if not self.resumable or self._state == self._saved or not self._state:
            return
        with self.errors():
            for stream in self._streams:
                os.fsync(stream.fileno())
            self._state["input"] = self._source.state(self._state["position"])
            new = _beside(self.state_file, ".new")
            with new.open("w", encoding="utf-8") as file:
                json.dump(self._state, file)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.state_file)
            _sync_folder(self.output.parent)
        self._saved = self._state

    def complete(
        self, finish: Callable[[Path, Path], None], publish: Callable[[], None], *, rejected: bool
    ) -> None:
        """Turn the parts into the result.

        Parameters
        ----------
        finish : callable
            Makes the result (second path) of the part (first path).
        publish : callable
            Called when the result is made, before it gets its name.
        rejected : bool
            Whether there are rejects.

        Raises
        ------
        TableError
            If it cannot be written.
        """
        self._state = {**self._state, "complete": True}
        self.checkpoint()
        with self.errors():
            for stream in self._streams:
                stream.close()
            if self.part.exists():
                self._name_result(finish, publish, rejected=rejected)
            self.state_file.unlink(missing_ok=True)
            _sync_folder(self.output.parent)

    def _name_result(
        self, finish: Callable[[Path, Path], None], publish: Callable[[], None], *, rejected: bool
    ) -> None:
        finish(self.part, self._finished)
        made = self._finished if self._finished.exists() else self.part
        _sync_file(made)
        publish()
        if self.rejects_part.exists():
            if rejected:
                _sync_file(self.rejects_part)
                self.rejects_part.replace(self.rejects)
            else:
                self.rejects.unlink(missing_ok=True)  # of an earlier run
                self.rejects_part.unlink()
        _sync_folder(self.rejects.parent)
        made.replace(self.output)
        _sync_folder(self.output.parent)
        self.part.unlink(missing_ok=True)

    def stop(self, *, keep: bool) -> bool:
        """Leave a state to go on from, or nothing.

        Parameters
        ----------
        keep : bool
            Whether going on may come to a better end.

        Returns
        -------
        bool
            Whether there is a state to go on from.
        """
        keep = keep and self.resumable
        if keep:
            with suppress(TableError, OSError):  # the earlier checkpoint holds then
                self._cut_off()
                self.checkpoint()
        for stream in self._streams:
            stream.close()
        keep = keep and self.state_file.exists()
        left = [self._finished, _beside(self.state_file, ".new")]
        for path in left if keep else [*left, self.state_file, self.part, self.rejects_part]:
            with suppress(OSError):  # no such file, or no such folder either
                path.unlink()
        return keep

    def _cut_off(self) -> None:
        """Drop what was appended in part, which may also make room for the state."""
        for stream, place in zip(self._streams, ("output_bytes", "rejects_bytes"), strict=False):
            if not stream.closed and place in self._state:
                stream.truncate(self._state[place])

    def errors(self) -> "_Errors":
        """Turn failures of the file system into errors that name the result."""
        return _Errors(self.output)


class _Errors:
    def __init__(self, output: Path) -> None:
        self._output = output

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise unwritable(TableError, self._output, "result", error) from error


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _sync_file(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and a rename is durable by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
