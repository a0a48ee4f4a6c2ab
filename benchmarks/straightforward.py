"""The batch job as somebody would write it who knows pandas and scikit-learn well.

The same cleaning (the library's readable one), scikit-learn's vectorizer in batches, line scores
from the coefficients by sparse products, the same columns. It is the rival of `speed.py`.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from tpmclassify import load
from tpmclassify.deciding.policy import ENGLISH_WORDS
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import LINE_BREAK
from tpmclassify.roles import RESPONSIBILITIES, title_role
from tpmclassify.scoring.models import BOILERPLATE_CERTAINTY
from tpmclassify.scoring.tfidf import LINE_CLASSES, OTHER_CODE

CHUNK = 2000


class Pipeline:
    """The shipped model as scikit-learn objects."""

    def __init__(self):
        classifier = load()
        self.model, self.policy = classifier.model_, classifier.policy()
        vocabulary = list(self.model.vocabulary.terms)
        self.counter = CountVectorizer(vocabulary=vocabulary, ngram_range=(1, 2))
        self.tokenize = CountVectorizer().build_analyzer()
        self.line_weights = self._transformer(self.model.line)
        self.weights = self._transformer(self.model.posting)

    @staticmethod
    def _transformer(linear):
        transformer = TfidfTransformer(sublinear_tf=linear.sublinear_tf)
        transformer.idf_ = linear.idf
        return transformer

    def screen(self, texts, titles):
        """The eight columns for a batch of texts."""
        postings = [read_posting(text) for text in texts]
        owner = np.repeat(np.arange(len(postings)), [len(p.lines) for p in postings])
        lines = [line.masked for p in postings for line in p.lines]
        counts = self.counter.transform(lines)
        scores = self.line_weights.transform(counts) @ self.model.line.coef.T
        scores = np.asarray(scores) + self.model.line.intercept
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        voting = odds[:, -1] / odds.sum(axis=1) < BOILERPLATE_CERTAINTY
        stated = scores[:, :-1].argmax(axis=1)
        silent = np.bincount(owner, voting, minlength=len(postings)) == 0
        stated[silent[owner]] = OTHER_CODE
        voting |= silent[owner]

        prepared = [[] for _ in postings]
        for i in np.flatnonzero(voting):
            prepared[owner[i]].append(lines[i])
        by_posting = self.counter.transform([LINE_BREAK.join(rows) for rows in prepared])
        weights = self.weights.transform(by_posting)
        raw = weights @ self.model.posting.coef.T + self.model.posting.intercept
        by_posting.data = 1.0 / by_posting.data
        shares = weights.multiply(by_posting).multiply(self.model.posting.coef[0]).tocsr()
        parts = self.policy.slope * np.asarray(counts.multiply(shares[owner]).sum(axis=1)).ravel()
        parts[~voting] = 0.0
        return self._columns(titles, postings, owner, raw, stated, parts)

    def _columns(self, titles, postings, owner, raw, stated, parts):
        n, width = len(postings), len(LINE_CLASSES)
        score = self.policy.slope * raw[:, 0] + self.policy.shift
        label = np.where(score > 0, "TPM", "PM")
        slope, intercept = self.model.calibration.scope_line
        in_scope = 1 / (1 + np.exp(-(slope * raw[:, 1] + intercept)))
        sums = np.asarray(sp.coo_array((parts, (owner, stated)), shape=(n, width)).todense())[
            :, : len(RESPONSIBILITIES)
        ]
        frame = pd.DataFrame({"owner": owner, "stated": stated, "part": parts})
        highest = frame.groupby(["owner", "stated"])["part"].idxmax()
        lowest = frame.groupby(["owner", "stated"])["part"].idxmin()
        starts = np.searchsorted(owner, np.arange(n))
        rows = []
        for i in range(n):
            words = [w for line in postings[i].lines for w in self.tokenize(line.masked)]
            reasons = []
            if not postings[i].lines:
                reasons.append("empty")
            else:
                if abs(score[i]) < self.policy.band:
                    reasons.append("uncertain")
                if in_scope[i] < 0.5:
                    reasons.append("out_of_scope")
                if len(words) < 25:
                    reasons.append("too_short")
                if len(words) >= 40 and sum(w in ENGLISH_WORDS for w in words) < 0.08 * len(words):
                    reasons.append("not_english")
            top = [k for k in np.argsort(-np.abs(sums[i]), kind="stable")[:3] if sums[i, k] != 0]
            quotes = []
            for k in top:
                line = postings[i].lines[(highest if sums[i, k] > 0 else lowest)[i, k] - starts[i]]
                quotes.append(" ".join(postings[i].text[line.start : line.end].split()))
            claim = title_role(titles[i])
            rows.append(
                (
                    label[i],
                    round(1 / (1 + np.exp(-score[i])), 6),
                    "review" if reasons else label[i],
                    ";".join(reasons),
                    round(in_scope[i], 6),
                    "" if claim is None else str(claim == label[i]).lower(),
                    "; ".join(f"{RESPONSIBILITIES[k]} {sums[i, k]:+.2f}" for k in top),
                    " | ".join(quotes),
                )
            )
        return rows


COLUMNS = ["label", "probability", "verdict", "review_reasons", "in_scope_probability",
           "title_agrees", "because", "quotes"]  # fmt: skip


def screen_csv(source, target):
    """Screen a CSV file with the columns description and title."""
    pipeline = Pipeline()
    with Path(target).open("w", encoding="utf-8", newline="") as stream:
        for i, chunk in enumerate(
            pd.read_csv(source, dtype=str, keep_default_na=False, chunksize=CHUNK)
        ):
            rows = pipeline.screen(chunk["description"].tolist(), chunk["title"].tolist())
            added = pd.DataFrame(rows, columns=[f"tpm_{name}" for name in COLUMNS])
            added.index = chunk.index
            pd.concat([chunk, added], axis=1).to_csv(stream, index=False, header=i == 0)


if __name__ == "__main__":
    begin = time.perf_counter()
    screen_csv(sys.argv[1], sys.argv[2])
    print(f"{time.perf_counter() - begin:.1f} s")
