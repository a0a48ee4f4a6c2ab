"""A vocabulary that machine code cannot look up costs and changes nothing: plain Python reads."""

import numpy as np
import pytest

from tpmclassify.reading import lexicon
from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.reading.lexicon import build_lexicon
from tpmclassify.reading.vocabulary import Vocabulary

LINE = "plan the work with données and οδος, internationalization of a1 costs"


def terms_found(vocabulary, text):
    reading = read_texts(Texts.of([text]), None, vocabulary)
    return sorted(vocabulary.terms[term] for term in reading.terms)


@pytest.mark.parametrize(
    "terms",
    [
        ("plan", "plan the", "the work"),
        ("données", "with données"),  # Latin-1
        ("internationalization", "internationalization of"),  # longer than a key
        ("a b c", "plan the"),  # three words are never met
        ("a1", "a1 costs", "x"),
    ],
)
def test_machine_code_finds_what_dictionaries_find(terms, monkeypatch, machine_code):
    vocabulary = Vocabulary(tuple(sorted(terms)))
    assert build_lexicon(vocabulary, machine_code) is not None
    found = terms_found(vocabulary, LINE)
    monkeypatch.setenv("TPMCLASSIFY_MACHINE_CODE", "0")
    assert found == terms_found(vocabulary, LINE)
    assert found


def test_other_scripts_are_read_by_plain_python(machine_code):
    vocabulary = Vocabulary(("and οδος", "οδος"))
    assert build_lexicon(vocabulary, machine_code) is None
    assert terms_found(vocabulary, LINE) == ["and οδος", "οδος"]


def test_words_that_collide_are_read_by_plain_python(monkeypatch, machine_code):
    monkeypatch.setattr(lexicon, "hash_word", lambda low, high: np.zeros_like(low | high))
    assert build_lexicon(Vocabulary(("plan", "work")), machine_code) is None


def test_the_shipped_vocabulary_has_tables(classifier, machine_code):
    assert build_lexicon(classifier.model_.vocabulary, machine_code) is not None
