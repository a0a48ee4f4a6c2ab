"""Tells Technical Program Manager from Project Manager postings, and shows why."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tpmclassify.api import classify, classify_iter, classify_many, screen, screen_file
    from tpmclassify.classifier import TPMClassifier, load
    from tpmclassify.deciding.decision import Decision, Evidence, MadeBy, Standing, Word
    from tpmclassify.errors import (
        ModelFileError,
        PostingError,
        TableError,
        TPMClassifyError,
        TrainingError,
    )
    from tpmclassify.not_fitted import NotFittedError
    from tpmclassify.tables.summary import Progress, ScreeningSummary

__all__ = [
    "Decision",
    "Evidence",
    "MadeBy",
    "ModelFileError",
    "NotFittedError",
    "PostingError",
    "Progress",
    "ScreeningSummary",
    "Standing",
    "TPMClassifier",
    "TPMClassifyError",
    "TableError",
    "TrainingError",
    "Word",
    "classify",
    "classify_iter",
    "classify_many",
    "load",
    "screen",
    "screen_file",
]
__version__ = "0.3.0"

# Where each public name lives; loaded on first use, so that the import itself costs nothing.
_HOMES = {
    "api": ("classify", "classify_iter", "classify_many", "screen", "screen_file"),
    "classifier": ("TPMClassifier", "load"),
    "deciding.decision": ("Decision", "Evidence", "MadeBy", "Standing", "Word"),
    "errors": ("ModelFileError", "PostingError", "TableError", "TPMClassifyError", "TrainingError"),
    "not_fitted": ("NotFittedError",),
    "tables.summary": ("Progress", "ScreeningSummary"),
}

if not TYPE_CHECKING:  # else every misspelt name would be one

    def __getattr__(name: str) -> object:
        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return [*__all__, "__version__"]
