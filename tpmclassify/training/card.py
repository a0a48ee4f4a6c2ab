"""The model card that is written with each model (Mitchell et al. 2019)."""

from tpmclassify.pages.model_text import describe
from tpmclassify.scoring.models import Model

_CARD = """# Model card

{description}

## What it is for
Telling Technical Program Manager (TPM), Project Manager (PM) and other postings in English apart by
the responsibilities they state, and explaining each decision. It reads postings, not people: it
must not be used to screen applicants. What is too close to call is for a person to decide.

## How it decides
A line model says which responsibility each line of a posting states and leaves out boilerplate.
The role model (TPM or PM?) and the scope model (one of the two at all, or neither?) are logistic
regressions on the TF-IDF of the words and pairs of words in the remaining lines. Where a title is
given, its words count for scope too, never for the role. Role titles, links, e-mail addresses,
hashtags and the employer's name are masked before any model reads the text. Three probabilities
that add up to 1 follow. A verdict TPM or PM is given where its probability is so high that, by the
held-out postings weighted to the stated mix, at most `max_error` of such verdicts are wrong, of any
kind; the verdict "neither" where at most 1 % of the TPM and PM postings are lost by it.

## Labels
Labels come from the content, not from titles. Those of the shipped model were given by two language
models that read every posting in full by a written rubric; human raters may agree less with each
other and with these labels. Of 5,002 postings, the two agree on 4,758; calibration and figures rest
on these. Held-out figures are cross-validated: no employer and no near-duplicate posting stands in
training and in test, and of fresh tables no source; calibration and bounds of each fold come from
the other folds. `job_boards` are 2,488 postings drawn at random within strata and weighted to what
job boards hold: 79 % other jobs, 17 % PM, 4 % TPM. Strata hold more of what version 0.2 got wrong.
`fresh_tables` come from 20 sources in which 1 % are one of the two. `tpm_against_pm` are postings
chosen for being contested.

## Limits
- English only; other languages go to review.
- The promise holds for the mix that is stated (`in_scope_share`, `prevalence`; by default that of
  job boards). Where the two roles are rarer, more of the TPM and PM verdicts are wrong; a screening
  estimates the share and says so. At one in a hundred no promise below some 10 % can be kept.
- Without a title fewer postings are decided; what is decided is right as often.
- The hardest other jobs are project coordinators, deputies and assistants of project managers,
  directors of engineering, and program managers of a non-technical program.
- Hybrid roles exist: a technical project manager may do either job. Expect errors there.
- What a line states is found in about two of three cases as the rater found it, and in three of
  four where one of the eight responsibilities is named. Most of the mistakes are lines that state
  two of them; none touches the score. A second reader of single lines agreed with the rater in
  81 %.
"""

_OWN_CARD = """# Model card

{description}

## What was done
Role and scope were learned from the postings given, the line model is the shipped one, titles have
no part. Held-out figures and bounds come from five folds; no group (employer) and no near-repeat
stands on both sides. Probabilities are for the stated `prevalence` and `in_scope_share`, by default
those of job boards. It reads postings, not people: it must not be used to screen applicants.
"""


def model_card(model: Model) -> str:
    """Write the card of a model."""
    description = "\n".join(f"    {line}" for line in describe(model).splitlines())
    shipped = "n_employers" in model.card
    return (_CARD if shipped else _OWN_CARD).format(description=description)
