"""A vocabulary made so that its words crowd in one place of a table costs and changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from tpmclassify.kernel import texts as compiled
from tpmclassify.kernel.vocabulary import build_terms

from tpmclassify.deciding.policy import ENGLISH_WORDS
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.scoring.models import score_postings
from tpmclassify.scoring.tfidf import LinearText

N = 1000
SLOT_BITS = np.uint64(4095)  # a table of 1,000 entries has 4,096 slots
MOST_IN_A_ROW = 128


def mix(keys):
    half = np.uint64(32)
    keys = (keys ^ (keys >> half)) * np.uint64(0xBF58476D1CE4E5B9)
    return keys ^ (keys >> half)


def crowded_words():
    """Words of six letters whose hashes, without a seed, end in the same bits."""
    numbers = np.arange(26**5, dtype=np.uint64)[: N * 5000]
    keys = np.full(len(numbers), ord("q"), dtype=np.uint64)
    for place in range(5):
        letter = (numbers // np.uint64(26**place)) % np.uint64(26) + np.uint64(ord("a"))
        keys = (keys << np.uint64(8)) | letter
    chosen = keys[mix(keys) & SLOT_BITS == 7][:N]
    return sorted(int(key).to_bytes(6, "big").decode() for key in chosen)


def crowded_pairs():
    """Pairs of words whose numbers' hashes end in the same bits."""
    words = [
        f"q{chr(97 + i // 676)}{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}" for i in range(2000)
    ]
    number = {word: i for i, word in enumerate(sorted({*words, *ENGLISH_WORDS}))}
    numbers = np.array([number[word] for word in words], dtype=np.uint64)
    keys = (numbers[:, None] << np.uint64(32)) | numbers[None, :]
    firsts, seconds = np.nonzero(mix(keys) & SLOT_BITS == 7)
    pairs = [f"{words[i]} {words[j]}" for i, j in zip(firsts, seconds, strict=True)][:N]
    return sorted({*pairs, *words})


def longest_row(slots):
    taken = "".join("1" if slot >= 0 else "0" for slot in np.tile(slots, 2))
    return max(map(len, taken.split("0")))


def with_vocabulary(model, terms):
    generator = np.random.default_rng(0)

    def linear(n_outputs):
        shape = (n_outputs, len(terms))
        return LinearText(
            np.ones(len(terms)), generator.normal(size=shape), np.zeros(n_outputs), True
        )

    return replace(
        model,
        vocabulary=Vocabulary(tuple(terms)),
        line=linear(10),
        posting=linear(2),
        folding=np.zeros((len(terms), 4)),
    )


@pytest.mark.parametrize("make", [crowded_words, crowded_pairs])
def test_a_crowded_vocabulary_costs_and_changes_nothing(classifier, make):
    terms = make()
    assert len(terms) >= 0.9 * N
    tables = build_terms(Vocabulary(tuple(terms)), ENGLISH_WORDS)
    assert longest_row(tables.word_slots) <= MOST_IN_A_ROW
    assert longest_row(tables.pair_slots) <= MOST_IN_A_ROW
    # The seed had to be changed for one of them.
    assert tables.word_seed or tables.pair_seed

    model = with_vocabulary(classifier.model_, terms)
    posting = "\n".join(" ".join(terms[i : i + 9]) for i in range(0, len(terms), 5))
    scores = compiled.score_texts(model, [posting], [None])
    readable = score_postings(model, [read_posting(posting)])
    assert scores.terms.tolist() == readable.terms.tolist()
    assert scores.role.tolist() == readable.role.tolist()


def test_the_shipped_vocabulary_is_not_crowded(classifier):
    tables = build_terms(classifier.model_.vocabulary, ENGLISH_WORDS)
    assert not tables.word_seed
    assert not tables.pair_seed
