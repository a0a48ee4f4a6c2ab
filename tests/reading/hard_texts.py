"""Texts that are hard to clean."""

import os
import random
import sys

from tpmclassify.reading import line_words
from tpmclassify.reading import mask_words as masking
from tpmclassify.reading.line_words import words_of

# The long run: TPMCLASSIFY_FUZZ=100000.
N_FUZZED = int(os.environ.get("TPMCLASSIFY_FUZZ", "2000"))
# All real postings in the long run, else every fifth.
REAL_STEP = 1 if N_FUZZED >= 100_000 else 5
# Every code point in the long run, else the small ones, the punctuation and a sample.
CODE_POINTS = [
    code
    for code in range(sys.maxunicode + 1)
    if N_FUZZED >= 100_000 or code < 0x600 or 0x2000 <= code < 0x2200 or code % 97 == 0
]

WORDS = words_of(
    line_words.DUTY_VERBS | line_words.REQUIREMENTS | line_words.SECTION_QUALIFIERS
    | line_words.SECTION_NAMES | line_words.ABBREVIATIONS | line_words.GLUED_NAMES
    | line_words.HEADING_PHRASES | line_words.QUESTIONS | line_words.PROMISES
    | line_words.QUESTION_TOPICS | masking.TITLE_MODIFIERS | masking.TITLE_NOUNS
    | masking.TITLE_ROLES | masking.TITLE_LEVELS | masking.TITLE_SHORT | masking.NAME_AFTER
    | masking.BEFORE_NAME | masking.BEFORE_JOINED_NAME | masking.NAME_SUFFIXES | masking.NO_NAMES
    | masking.JOINING_NAMES
)  # fmt: skip
NAMES = ["Vexmoor", "Orrin Inc", "Orrin, Inc.", "Quill & Sons", "Bank of Umber", "O’Dell-Fry", "Ti"]
EMPLOYERS = [
    None, *NAMES, "  ", "the", "Orrin   Inc.", "247", "vexmoor", "x" * 250, "a " * 150, "(.)",
]  # fmt: skip
PHRASES = [
    "plan the work", "track costs", "of the", "a", "in", "x", "R&D", "PMP", "5 pm", "12", "3",
    "10+", "e.g", "U.S", "Node.js", "LinkedIn", "years", "we", "you", "AI", "MBA", "Description",
    "http://", "https://a.b/c", "www.", ".com", ".io/path", "me@mail.co.uk", "@", "#tag", "#", "&#",
    "experienceDeep", "teamKey Responsibilities:", "ab.Cd", "s' ", "’s", "'s", "'ll", "(II)", "1)",
    "\nJob function\n", "\nIndustries \n", "\nMeet the hiring team\n", "\nAbout the job\n",
    "o Plan", "\no Weekly", "b) Plan", "(c) Own", "teamWhat you", "siteSpeak", "needPRINCE2",
    "JavaScript and", "**Location:**", "***", "**", "2. Plan", "(3) Own", "1. ", "; ", "it;",
]  # fmt: skip
MARKS = [
    *"★→§🔥\"'“”‘’()[]*<>.,:;!?-–—·•▪#&@_/+%|~=\\",
    ". ",
    ": ",
    "; ",
    "! ",
    " - ",
    "\n- ",
    "\n• ",
]
SPACES = [" "] * 12 + ["\n"] * 3 + ["", "", "  ", "\t", "\r\n", "\n\n", "\xa0", "\u2028", "\x1c"]
ODD = ["é", "ß", "Ω", "ǅ", "ʰ", "½", "²", "٣", "三", "𝐀", "𝟙", "\u200b", "\ufeff", "\u202e", "\0",
       "\ud800", "ſ", "\u212a", "İ", "Σ", "\U0010ffff", "ı"]  # fmt: skip


def fuzzed(seed):
    """Words, names, links, bullets and marks in random order, the same in every run."""
    generator = random.Random(seed)
    kinds = [WORDS, WORDS, NAMES, PHRASES, PHRASES, MARKS, ODD]
    weights = [generator.random() ** 2 + 0.02 for _ in kinds]
    pieces = []
    for _ in range(generator.randint(1, 60)):
        piece = generator.choice(generator.choices(kinds, weights)[0])
        change = generator.random()
        if change < 0.1:
            piece = piece.upper()
        elif change < 0.2:
            piece = piece.lower()
        elif change < 0.25:
            piece = piece[: generator.randint(0, len(piece))]
        elif change < 0.27:
            piece *= generator.randint(2, 70)
        pieces += [piece, generator.choice(SPACES)]
    return "".join(pieces)
