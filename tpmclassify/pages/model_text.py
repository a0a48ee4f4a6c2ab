"""What a model file holds, in words."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tpmclassify.scoring.tfidf import ROLE_OUTPUT

if TYPE_CHECKING:
    from tpmclassify.scoring.models import Model

_MOST_TERMS = 20


def describe(model: "Model") -> str:
    """Say what a model was trained on, how well it does, and which words count most."""
    card: dict[str, Any] = dict(model.card)
    order = np.argsort(model.posting.coef[ROLE_OUTPUT], kind="stable")
    terms = model.vocabulary.terms
    lines = [
        "A tpmclassify model; the file is sound.",
        f"Trained on: {card.get('trained_on', 'unknown')}",
        f"Vocabulary: {len(terms):,} words and pairs of words",
    ]
    if "n_labelled" in card:
        counts = ", ".join(f"{count} {label}" for label, count in card["n_labelled"].items())
        lines.append(f"Labelled postings: {counts}")
    lines += ["Held-out figures:", *_flatten(card.get("held_out", {}), "  ")]
    lines.append("Words that count most for TPM: " + _listed(terms, order[::-1]))
    lines.append("Words that count most for PM: " + _listed(terms, order))
    return "\n".join(lines)


def _listed(terms: tuple[str, ...], order: Any) -> str:
    return ", ".join(terms[i] for i in order[:_MOST_TERMS])


def _flatten(figures: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}", *_flatten(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{name}: {_interval(*value)}")
        else:
            lines.append(f"{indent}{name}: {value if isinstance(value, int) else f'{value:.3f}'}")
    return lines


def _interval(*figures: float) -> str:
    """An interval; or a figure, its interval, and how many postings it rests on."""
    if len(figures) == 2:
        return f"{figures[0]:.3f} to {figures[1]:.3f}"
    figure, low, high, count = figures
    return f"{figure:.3f} ({low:.3f} to {high:.3f}, {count:.0f} postings)"
