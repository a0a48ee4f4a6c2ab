"""The evaluation of a model as a self-contained page, with its curves as pictures beside it."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.errors import TrainingError, missing_extra, unwritable
from tpmclassify.pages.templating import environment

_DOTS_PER_INCH = 110
_N_BINS = 10
_CAPTIONS = {
    "calibration": (
        "Among postings with a given probability of TPM, the share that is TPM. On the diagonal, "
        "probabilities are what they say."
    ),
    "risk-coverage": (
        "The share of wrong roles when only the surest postings are decided and the others are "
        "left to a person."
    ),
}


def write_evaluation_page(
    path: Path, report: str, is_tpm: NDArray[np.bool_], score: Floats
) -> list[Path]:
    """Write the figures in words and, beside the page and named after it, two curves as PNG files.

    Of the TPM and PM postings `is_tpm` has the labels and `score` the calibrated log-odds, both of
    shape (n_roles,). Gives the files written.
    """
    pictures = [_calibration_curve(is_tpm, score), _risk_coverage_curve(is_tpm, score)]
    shown = [
        (name.capitalize(), caption, base64.b64encode(picture).decode())
        for (name, caption), picture in zip(_CAPTIONS.items(), pictures, strict=True)
    ]
    page = environment().get_template("evaluation.html").render(report=report, pictures=shown)
    files = files_of_page(path)
    try:
        for file, content in zip(files, [page.encode(), *pictures], strict=True):
            file.write_bytes(content)
    except OSError as error:
        raise unwritable(TrainingError, path, "report", error) from error
    return files


def files_of_page(path: Path) -> list[Path]:
    """The page and the pictures beside it."""
    return [path, *(path.with_suffix(f".{name}.png") for name in _CAPTIONS)]


def _calibration_curve(is_tpm: NDArray[np.bool_], score: Floats) -> bytes:
    p = 1.0 / (1.0 + np.exp(-score))
    bins = [b for b in np.array_split(np.argsort(p, kind="stable"), _N_BINS) if len(b)]
    curve = [p[b].mean() for b in bins], [is_tpm[b].mean() for b in bins]
    diagonal = ([0, 1], [0, 1], {"color": "#999", "linewidth": 1})
    shown = (*curve, {"color": "#0b62a4", "marker": "o"})
    return _picture(diagonal, shown, xlabel="Probability of TPM", ylabel="Share of TPM")


def _risk_coverage_curve(is_tpm: NDArray[np.bool_], score: Floats) -> bytes:
    order = np.argsort(-np.abs(score), kind="stable")
    wrong = np.cumsum(((score > 0) != is_tpm)[order])
    n = np.arange(1, len(order) + 1)
    curve = (n / max(1, len(n)), wrong / n, {"color": "#c65102"})
    names = {"xlabel": "Share of postings decided", "ylabel": "Share of wrong roles among them"}
    return _picture(curve, **names, ylim=(0, None))


def _picture(*curves: tuple[Any, Any, dict[str, Any]], **settings: Any) -> bytes:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing_extra(TrainingError, "A report with curves", "report") from None
    figure, buffer = Figure(figsize=(6, 4), layout="constrained"), io.BytesIO()
    axes = figure.subplots()
    for x, y, style in curves:
        axes.plot(x, y, **style)
    axes.set(xlim=(0, 1), **settings)
    figure.savefig(buffer, format="png", dpi=_DOTS_PER_INCH)
    return buffer.getvalue()
