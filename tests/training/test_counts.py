"""A vocabulary that gives nobody away, chosen by the postings that may be looked at."""

import numpy as np

import tpmclassify
from tpmclassify.reading.posting import read_posting
from tpmclassify.training.counts import choose_terms, count_lines


def postings(*texts):
    return [read_posting(text) for text in texts]


def test_terms_need_several_employers_and_no_dominant_one():
    texts = ["alpha beta", "alpha", "alpha", *["gamma gamma gamma"] * 4, "gamma", "gamma"]
    employers = ["a", "b", "c", "d", "d", "d", "d", "e", "f"]
    counts = count_lines(postings(*texts), min_lines=1)
    everyone = np.ones(len(texts), dtype=bool)
    chosen = choose_terms(counts, employers, among=everyone, min_employers=3)
    assert counts.terms[chosen].tolist() == ["alpha"]
    none = choose_terms(
        counts, employers, among=everyone, min_employers=3, forbidden=frozenset(["alpha"])
    )
    assert len(none) == 0


def test_only_training_postings_choose_terms():
    counts = count_lines(postings("alpha", "alpha", "beta", "beta"), min_lines=1)
    among = np.array([True, True, False, False])
    chosen = choose_terms(counts, ["a", "b", "c", "d"], among=among, min_employers=2)
    assert counts.terms[chosen].tolist() == ["alpha"]


def test_terms_hold_no_figures_and_no_masks():
    counts = count_lines(postings("plan 2026 budget _x_ with TPM and a1"), min_lines=1)
    assert all(term.replace(" ", "").isalpha() for term in counts.terms)


def test_the_vocabulary_holds_no_address_no_figure_and_no_mask():
    for term in tpmclassify.load().model_.vocabulary.terms:
        assert all(word.isalpha() for word in term.split(" "))
