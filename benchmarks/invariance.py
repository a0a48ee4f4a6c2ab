"""What must not move a probability: the employer's name, titles, boilerplate.

usage: python -m benchmarks.invariance [FOLDER]     the real postings; default ../shared/data
"""

import re
import sys
from pathlib import Path

import numpy as np

import tpmclassify
from recipe.corpus import read_corpus
from tpmclassify.reading.masks import lower_in_place, title_spans
from tpmclassify.reading.posting import read_posting

# Another employer, which no model has seen, and another title.
EMPLOYER, TITLE = "Quorvane", "Project Manager"
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
    print(
        "| change | postings changed | moved by more than .02 | largest move |\n|---|---|---|---|"
    )
    for name, changed in (
        ("the employer's name", [rename(t, e) for t, e in zip(texts, employers, strict=True)]),
        ("titles of the two roles", [retitle(text) for text in texts]),
        ("benefits and equal opportunity removed", [strip(text) for text in texts]),
    ):
        touched = np.array([a != b for a, b in zip(texts, changed, strict=True)])
        move = np.abs(probabilities(classifier, changed) - p)[touched]
        print(f"| {name} | {touched.sum()} | {np.mean(move > 0.02):.1%} | {move.max():.3f} |")


def probabilities(classifier: tpmclassify.TPMClassifier, texts: list[str]) -> np.ndarray:
    return classifier.predict_proba(texts)[:, 1]


def rename(text: str, employer: str) -> str:
    if employer.startswith("src:"):
        return text
    pattern = r"\s+".join(re.escape(word) for word in employer.split())
    return re.sub(rf"(?<!\w){pattern}(?!\w)", EMPLOYER, text, flags=re.IGNORECASE)


def retitle(text: str) -> str:
    for start, end in sorted(title_spans(lower_in_place(text)), reverse=True):
        if not {text[start - 1 : start], text[end : end + 1]} & {"-", "/"}:  # part of a link
            text = text[:start] + TITLE + text[end:]
    return text


def strip(text: str) -> str:
    for line in reversed(read_posting(text).lines):
        if BOILERPLATE.search(text, line.start, line.end):
            text = text[: line.start] + text[line.end :]
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
