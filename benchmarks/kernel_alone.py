"""The kernel's own functions on texts that are prepared already: words, terms, scores."""

import numpy as np
from tpmclassify.kernel.compiled import allocating
from tpmclassify.kernel.scores import find_terms, make_scratch, score_lines
from tpmclassify.kernel.texts import alphabet_of, code_points, tables_of
from tpmclassify.kernel.tokens import make_words, scan_words

NEWLINE = 10


def score_prepared(model, texts):
    """Role and scope scores, as scikit-learn's vectorizer and coefficients give them."""
    codes, bounds = code_points(texts)
    return _score(codes, bounds, alphabet_of(codes), *tables_of(model))


@allocating
def _score(codes, bounds, alphabet, terms, models):
    n = len(bounds) - 1
    raw = np.empty((n, 2))
    largest = 1
    for i in range(n):
        largest = max(largest, bounds[i + 1] - bounds[i])
    words = make_words(largest, terms.longest_word)
    found = np.empty(largest, np.int32)
    scratch = make_scratch(len(models.weights))
    first = np.zeros(2, np.int64)
    whole = np.ones(1, np.bool_)
    tally = np.zeros(3, np.int64)
    for i in range(n):
        end = bounds[i]
        first[1] = 0
        # Line by line, as in the real job: the break between two lines is no word.
        while end < bounds[i + 1]:
            start = end
            while end < bounds[i + 1] and codes[end] != NEWLINE:
                end += 1
            n_words = scan_words(codes, start, end, alphabet, terms, words, tally)
            first[1] = find_terms(terms, words.numbers[:n_words], found, first[1])
            end += 1
        raw[i, 0], raw[i, 1] = score_lines(models, scratch, found, first, whole)
    return raw
