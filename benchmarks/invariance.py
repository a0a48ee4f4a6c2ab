"""What must not move a probability: the employer's name, titles, boilerplate.

usage: python -m benchmarks.invariance [FOLDER]     the real postings; default ../shared/data
"""

import re
import sys
from pathlib import Path

import numpy as np

import tpmclassify
from recipe.corpus import read_corpus
from tpmclassify.reading.posting import read_posting

# Another employer, which no model has seen, and another title.
EMPLOYER, TITLE = "Quorvane", "Project Manager"
TITLES = re.compile(
    r"(?<![-/\w])(?:(?:senior|sr\.?|lead|it|technical|construction) )*(?:project|program) manager"
    r"(?![-/\w])",
    re.IGNORECASE,
)
BOILERPLATE = re.compile(
    r"equal opportunit|without regard to|401\(?k|health insurance|paid time off|dental|parental "
    r"leave|base salary|salary range|reasonable accommodation|veteran status",
    re.IGNORECASE,
)


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    classifier = tpmclassify.load()
    rows = range(corpus.n_labelled)
    texts = [corpus.postings[i].text for i in rows]
    employers = corpus.employers[: corpus.n_labelled]
    p = probabilities(classifier, texts)
    moved = "moved by more than .02 | largest move"
    print(f"| change | postings changed | TPM: {moved} | in scope: {moved} |\n|{'---|' * 6}")
    for name, changed in (
        ("the employer's name", [rename(t, e) for t, e in zip(texts, employers, strict=True)]),
        ("titles of the two roles", [retitle(text) for text in texts]),
        ("benefits and equal opportunity removed", [strip(text) for text in texts]),
    ):
        touched = np.array([a != b for a, b in zip(texts, changed, strict=True)])
        moves = np.abs(probabilities(classifier, changed) - p)[:, touched]
        cells = [f"{np.mean(move > 0.02):.1%} | {move.max():.3f}" for move in moves]
        print(f"| {name} | {touched.sum()} | {' | '.join(cells)} |")


def probabilities(classifier: tpmclassify.TPMClassifier, texts: list[str]) -> np.ndarray:
    """Of TPM given one of the two, and of one of the two."""
    decided = classifier.verdicts(texts)
    return np.stack([decided.p_tpm, decided.p_in_scope])


def rename(text: str, employer: str) -> str:
    if employer.startswith("src:"):
        return text
    pattern = r"\s+".join(re.escape(word) for word in employer.split())
    return re.sub(rf"(?<!\w){pattern}(?!\w)", EMPLOYER, text, flags=re.IGNORECASE)


def retitle(text: str) -> str:
    return TITLES.sub(TITLE, text)


def strip(text: str) -> str:
    for line in reversed(read_posting(text).lines):
        if BOILERPLATE.search(text, line.start, line.end):
            text = text[: line.start] + text[line.end :]
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
