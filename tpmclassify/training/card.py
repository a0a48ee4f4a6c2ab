"""The model card that is written with each model (Mitchell et al. 2019)."""

from tpmclassify.pages.model_text import describe
from tpmclassify.scoring.models import Model

_CARD = """# Model card

{description}

## What it is for
Telling Technical Program Manager (TPM) from Project Manager (PM) postings in English by the
responsibilities they state, and explaining each decision. It reads postings, not people: it must
not be used to screen applicants. Postings that read as neither role, and those too close to call,
are for a person to decide.

## How it decides
A line model says which responsibility each line of a posting states and leaves out boilerplate.
The role model and the scope model (is this one of the two roles at all?) are logistic regressions
on the TF-IDF of the words and pairs of words in the remaining lines. Role titles, links, e-mail
addresses, hashtags and the employer's name are masked before any model reads the text.

## Labels
Labels come from the content, not from titles. Those of the shipped model were given by a language
model that read every posting in full by a written rubric; human raters may agree less with each
other and with these labels. Held-out figures are cross-validated: no employer and no
near-duplicate posting stands in training and in test. They hold more contested postings than a
random draw.

## Limits
- English only; other languages go to review.
- Probabilities are calibrated for as many TPM as PM postings. Set `prevalence` for another mix.
- Hybrid roles exist: a technical project manager may do either job. Expect the errors there.
- What a line states is found in about two of three cases as the rater found it, and in three of
  four where one of the eight responsibilities is named. Most of the mistakes are lines that state
  two of them; none touches the score. A second reader of single lines agreed with the rater in
  81 %.
"""


def model_card(model: Model) -> str:
    """Write the card of a model."""
    description = "\n".join(f"    {line}" for line in describe(model).splitlines())
    return _CARD.format(description=description)
