"""Evaluation: how a model does on labelled postings, in figures and in words."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tpmclassify.deciding.verdicts import REVIEW, Verdicts
from tpmclassify.roles import LABELS, NEITHER, PM, TPM
from tpmclassify.training.figures import auc, calibration_error, macro_f1, three_way_figures

_SPOKEN = {
    "macro_f1": "macro-F1",
    "auc": "ROC AUC",
    "calibration_error": "calibration error",
    "tpm_and_pm_verdicts_right": "TPM, PM verdicts right",
    "neither_verdicts_right": "neither verdicts right",
    "roles_decided_right": "TPM, PM decided right",
    "roles_lost_to_neither": "TPM, PM lost to neither",
    "review": "to review",
}
_LEARNED_FROM = (
    "The model learned from {} of these postings: the figures are better than on new postings."
)
# Figures of TPM against PM; the others are shares of postings.
_OF_THE_ROLES = {"macro_f1": macro_f1, "auc": auc, "calibration_error": calibration_error}


@dataclass(frozen=True)
class Evaluation:
    """A model's verdicts beside the labels.

    `learned_from`: how many of the postings the model learned from, as far as its file tells.
    `verdicts`: for each label that occurs, how many postings got which verdict. `figures`: shares
    of `three_way_figures`, and of TPM against PM macro-F1, AUC and calibration error where both
    occur.
    """

    postings: int
    verdicts: dict[str, dict[str, int]]
    figures: dict[str, float]
    learned_from: int = 0

    @classmethod
    def of(
        cls, labels: NDArray[np.str_], decided: Verdicts, *, learned_from: int = 0
    ) -> "Evaluation":
        """Compare verdicts with labels ("TPM", "PM" or "neither")."""
        columns = (*LABELS, REVIEW)
        counts = Counter(zip(labels.tolist(), decided.verdicts.tolist(), strict=True))
        verdicts = {
            label: {column: counts[label, column] for column in columns}
            for label in LABELS
            if label in labels
        }
        shares = three_way_figures(
            labels, decided.verdicts, decided.p_tpm, decided.p_in_scope, np.ones(len(labels))
        )
        roles = labels != NEITHER
        is_tpm, score = labels[roles] == TPM, decided.score[roles]
        has_both = is_tpm.any() and not is_tpm.all()
        figures = _OF_THE_ROLES if has_both else {}
        of_roles = {name: figure(is_tpm, score) for name, figure in figures.items()}
        return cls(len(labels), verdicts, of_roles | shares, learned_from)

    def __str__(self) -> str:
        columns = (*LABELS, REVIEW)
        roles = [sum(self.verdicts.get(role, {}).values()) for role in (TPM, PM)]
        return "\n".join(
            [
                f"{self.postings} postings",
                *([_LEARNED_FROM.format(self.learned_from)] if self.learned_from else []),
                "",
                "label     " + "".join(f"{column:>9}" for column in columns),
                *(
                    f"{label:<10}" + "".join(f"{counts[column]:>9}" for column in columns)
                    for label, counts in self.verdicts.items()
                ),
                "",
                f"{'TPM / PM':<24}{roles[0]} / {roles[1]}",
                *(
                    f"{spoken:<24}{self.figures[name]:{'.3f' if name in _OF_THE_ROLES else '.1%'}}"
                    for name, spoken in _SPOKEN.items()
                    if name in self.figures
                ),
            ]
        )
