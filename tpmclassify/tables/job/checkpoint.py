"""The state of a job on disk: how far it came, and what must not change before it goes on."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tpmclassify.errors import TableError
from tpmclassify.whole_file import write_whole

# Raised with every change of the fields below. Files of tpmclassify 0.2 hold no number: that is 1.
FORMAT = 3
_FIELDS_OF_ALL_FORMATS = {"job", "format"}  # of which each has one at least


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
