"""The state of a job on disk: how far it came, and what must be the same before it goes on."""

import hashlib
import json
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from tpmclassify.classifier import TPMClassifier
from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import STANDARD, unreadable
from tpmclassify.whole_file import write_whole

# Raised with every change of the fields below. Files of tpmclassify 0.2 hold no number: that is 1.
FORMAT = 3
_FIELDS_OF_ALL_FORMATS = {"job", "format"}  # of which each has one at least
_BLOCK = 1 << 20


@dataclass(frozen=True)
class InputState:
    """The input as it was."""

    size: int
    position: int  # bytes that were read
    sha256: str = ""  # of the content up to there, once it is asked for


@dataclass(frozen=True)
class Checkpoint:
    """Where a job can go on."""

    job: dict[str, Any]  # what must be the same: options, model, version
    input: InputState
    totals: dict[str, Any]  # those of the `RunningTotals`, as JSON types
    escaped_cells: int
    output_bytes: int = 0  # how much of the part is durable
    rejects_bytes: int = 0
    is_complete: bool = False  # that is all of it, and only the result is left to be made
    made: list[int] | None = None  # size and time of the result, once it is made

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        fields = vars(self) | {"format": FORMAT, "input": vars(self.input)}
        write_whole(path, json.dumps(fields).encode())

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read it; None where there is nothing to go on from."""
        try:
            saved = {**json.loads(path.read_bytes())}  # TypeError: no object
            if (found := saved.pop("format", 1)) == FORMAT:
                state = cls(**{**saved, "input": InputState(**saved["input"])})
                numbers = state.output_bytes, state.rejects_bytes, state.escaped_cells
                are_maps = isinstance(state.job, dict) and isinstance(state.totals, dict)
                is_known = state.is_complete in (True, False) and are_maps
                if not is_known or min(*numbers, state.input.position) < 0:
                    raise ValueError("a field is of another type")
                return state
        except FileNotFoundError:
            return None
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            raise unreadable_state(path, error) from None
        raise TableError(
            f"{path}: the screening was begun by another version of tpmclassify (format {found} of "
            f"its state; this one reads {FORMAT}). Finish it with that version, or start again "
            "without --resume (resume=)."
        )


def unreadable_state(path: Path, error: Exception) -> TableError:
    """Build the error about a state that this package cannot have written."""
    return TableError(
        f"{path}: the state of the unfinished screening cannot be read ({error}). Delete it, and "
        "start again without --resume (resume=)."
    )


def is_checkpoint(path: Path) -> bool:
    """Whether a file is a checkpoint, of whatever version, and so may be replaced."""
    try:
        saved = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(saved, dict) and not _FIELDS_OF_ALL_FORMATS.isdisjoint(saved)


class InputFile:
    """The input as a file that must not change; a `TableError` says where it has.

    `is_regular`: whether it can be read twice: no pipe. `mode`: the rights on it.
    """

    def __init__(self, source: str) -> None:
        self._path = Path(source)
        self._status, self.mode = (0, 0), 0o666
        self._digest, self._digested = hashlib.sha256(), 0
        self.is_regular = source != STANDARD
        if self.is_regular:
            self._status = self._look()

    def check_unchanged(self) -> None:
        """Refuse a file whose content is another than when it was opened."""
        if not self.is_regular or (now := self._look()) == self._status:
            return
        before, end = self._digest.hexdigest(), self._digested
        if now[0] == self._status[0]:  # only the time is another: what was read decides
            self._digest, self._digested = hashlib.sha256(), 0
            if self._digest_to(end) == before:
                self._status = now
                return
        raise TableError(
            f"{self._path}, byte {min(now[0], self._status[0]):,}: the file was changed "
            "while it was read, so the result would be of neither version. Screen it again "
            "when it is complete."
        )

    def state(self, position: int) -> InputState:
        """Describe the file, of which so much was read; but for its content, which takes time."""
        return InputState(self._status[0], position)

    def with_digest(self, state: InputState) -> InputState:
        """Add the content, up to the position; a pipe has none to come back to."""
        return state if state.sha256 else replace(state, sha256=self._digest_to(state.position))

    def check_state(self, before: InputState) -> None:
        """Refuse another file than that of an earlier run."""
        same = before.size == self._status[0]
        if not same or self._digest_to(before.position) != before.sha256:
            raise TableError(
                f"{self._path}: the input was changed since the screening stopped. Start again "
                "without --resume (resume=)."
            )

    def _look(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except (OSError, ValueError) as error:
            raise unreadable(self._path, error) from None
        self.mode, self.is_regular = stat.S_IMODE(status.st_mode), stat.S_ISREG(status.st_mode)
        return status.st_size, status.st_mtime_ns

    def _digest_to(self, position: int) -> str:
        """Digest of the file's beginning; positions only grow, so that it is read once."""
        if self.is_regular and self._digested < position:
            try:
                with self._path.open("rb") as stream:
                    stream.seek(self._digested)
                    while block := stream.read(min(_BLOCK, position - self._digested)):
                        self._digest.update(block)
                        self._digested += len(block)
            except OSError as error:
                raise unreadable(self._path, error) from None
        return self._digest.hexdigest()


def model_fingerprint(classifier: TPMClassifier) -> str:
    """The digest of a model, and the parameters that decide with it."""
    return f"{classifier.made_by().model} {sorted(classifier.get_params().items())}"


def check_same_job(before: Checkpoint, job: Mapping[str, Any], checkpoint_file: Path) -> None:
    """Refuse to go on with another model, other options, or another version."""
    for name, now in job.items():
        if before.job.get(name) != now:
            what = (
                "the model or a parameter (prevalence, in_scope_share, max_error) is another"
                if name == "model"
                else f"{name} was {before.job.get(name)!r}, and is {now!r} now"
            )
            raise TableError(
                f"{checkpoint_file}: the screening cannot go on, since {what}. Call it as before, "
                "or start again without --resume (resume=)."
            )
