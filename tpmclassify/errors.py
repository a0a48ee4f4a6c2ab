"""Every error that the library raises on purpose: what, where, what is legal, the cure.

::

    TPMClassifyError
    ├── PostingError (ValueError)       what was given as a posting cannot be read as one
    ├── TableError (ValueError)         a table cannot be read, lacks a column, or cannot be written
    ├── ModelFileError (ValueError)     a model file is missing, damaged, or no model file at all
    ├── TrainingError (ValueError)      a model cannot be trained or evaluated on what was given
    └── NotFittedError (AttributeError) a classifier was asked before it was fitted

Each is also the built-in error that a caller who knows nothing of this library would expect.
`NotFittedError` is also scikit-learn's error of this name where that is installed, and so stands in
`not_fitted.py`.
"""

import os
import re
from typing import TypeVar

_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:/")  # one letter is a drive of Windows


class TPMClassifyError(Exception):
    """Base of all errors of this library."""


class PostingError(TPMClassifyError, ValueError):
    """What was given as a posting cannot be read as one."""


class TableError(TPMClassifyError, ValueError):
    """A table cannot be read, lacks a column, or cannot be written."""


class ModelFileError(TPMClassifyError, ValueError):
    """A model file is missing, damaged, or no model file at all."""


class TrainingError(TPMClassifyError, ValueError):
    """A model cannot be trained or evaluated on what was given."""


_Error = TypeVar("_Error", bound=TPMClassifyError)


def file_name(path: str | os.PathLike[str], kind: type[Exception] = TPMClassifyError) -> str:
    """Refuse what can be no file's name: an empty one, one with a NUL, an address."""
    name = os.fspath(path)
    if not name or "\0" in name:
        raise kind(f"{name!r}: no file has this name. Name one (is a variable not set?).")
    if _ADDRESS.match(name):
        raise kind(f"{name}: files are read, not addresses. Download it, and name the file.")
    return name


def unwritable(
    kind: type[_Error], path: str | os.PathLike[str], what: str, error: OSError
) -> _Error:
    """Build the error about a file that cannot be written; `what` is "result", "report" ..."""
    return kind(
        f"{os.fspath(path)}: the {what} cannot be written here ({error.strerror or error}). Name a "
        "file in a folder that exists, that you may write to, and that has room."
    )


def missing_extra(kind: type[_Error], what: str, extra: str) -> _Error:
    """Build the error about packages that are not installed; `what` begins the sentence."""
    return kind(
        f"{what} needs more packages than are installed. Install them with: "
        f"pip install 'tpmclassify[{extra}]' (in the project's folder: pip install '.[{extra}]')"
    )


def missing_package(kind: type[_Error], what: str, error: ModuleNotFoundError) -> _Error:
    """Build the error about a package of the base that was left out; `what` begins the sentence."""
    return kind(
        f"{what} needs the package {error.name}, which is not installed. Install all that "
        "tpmclassify needs: pip install tpmclassify"
    )
