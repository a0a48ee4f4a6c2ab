"""Every error that the library raises on purpose: what, where, what is legal, the cure."""

from pathlib import Path


class TPMClassifyError(Exception):
    """Base of all errors of this library."""


class PostingError(TPMClassifyError, ValueError):
    """What was given as a posting cannot be read as one."""


class ModelFileError(TPMClassifyError, ValueError):
    """A model file is missing, damaged, or no model file at all."""


class TableError(TPMClassifyError, ValueError):
    """A table cannot be read, lacks a column, or cannot be written."""


class TrainingError(TPMClassifyError, ValueError):
    """A model cannot be trained or evaluated on what was given."""


class NotFittedError(TPMClassifyError, AttributeError):
    """A classifier was asked for predictions before it was fitted."""


def unwritable(path: Path | str, what: str, error: OSError) -> str:
    """Word the message about a file that cannot be written."""
    return (
        f"{path}: {what} cannot be written ({error.strerror or error}). Name a file in a folder "
        "that exists, that you may write to, and that has room."
    )


def missing_extra(what: str, extra: str) -> str:
    """Word the message about an extra that is not installed; `what` says who needs it."""
    return f"{what}. Install them with: pip install 'tpmclassify[{extra}]'"
