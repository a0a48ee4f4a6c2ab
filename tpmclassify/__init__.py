"""Tells Technical Program Manager from Project Manager postings, and shows why."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tpmclassify.api import classify, classify_many, screen, screen_file
    from tpmclassify.classifier import TPMClassifier, load
    from tpmclassify.deciding.decision import Decision, Evidence, Standing
    from tpmclassify.errors import (
        ModelFileError,
        NotFittedError,
        PostingError,
        TableError,
        TPMClassifyError,
        TrainingError,
    )
    from tpmclassify.tables.summary import ScreeningSummary

# Where each public name lives; loaded on first use, so that the import itself costs nothing.
_HOMES = {
    "classify": "api",
    "classify_many": "api",
    "screen": "api",
    "screen_file": "api",
    "TPMClassifier": "classifier",
    "load": "classifier",
    "Decision": "explanation",
    "Evidence": "explanation",
    "Standing": "explanation",
    "ScreeningSummary": "tables",
    "TPMClassifyError": "errors",
    "PostingError": "errors",
    "ModelFileError": "errors",
    "TableError": "errors",
    "TrainingError": "errors",
    "NotFittedError": "errors",
}

__all__ = [
    "Decision",
    "Evidence",
    "ModelFileError",
    "NotFittedError",
    "PostingError",
    "ScreeningSummary",
    "Standing",
    "TPMClassifier",
    "TPMClassifyError",
    "TableError",
    "TrainingError",
    "classify",
    "classify_many",
    "load",
    "screen",
    "screen_file",
]
__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
