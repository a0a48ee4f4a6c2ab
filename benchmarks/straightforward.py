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
from tpmclassify.reading.language import N_TALLIES, reading_problems, tallies_of
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import LINE_BREAK
from tpmclassify.roles import RESPONSIBILITIES, title_role
from tpmclassify.scoring.tfidf import BOILERPLATE_CERTAINTY, LINE_CLASSES, OTHER_CODE

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
        title = self.model.title.scores(titles)
        scope = self.policy.scope_score(raw[:, 1], title)
        tallies = [tallies_of(self.tokenize(line)) for line in lines]
        tallies = np.array(tallies, np.int64).reshape(-1, N_TALLIES)
        both = [np.zeros((len(postings), N_TALLIES), np.int64) for _ in range(2)]
        np.add.at(both[0], owner, tallies)
        np.add.at(both[1], owner[voting], tallies[voting])
        problems = reading_problems(*both)
        return self._columns(titles, postings, owner, raw, stated, parts, scope, title, problems)

    def _columns(self, titles, postings, owner, raw, stated, parts, scope, title, problems):
        n, width = len(postings), len(LINE_CLASSES)
        score = self.policy.slope * raw[:, 0] + self.policy.shift
        label = np.where(score > 0, "TPM", "PM")
        in_scope = 1 / (1 + np.exp(-scope))
        p_tpm = 1 / (1 + np.exp(-score))
        bounds = self.policy.bounds
        sums = np.asarray(sp.coo_array((parts, (owner, stated)), shape=(n, width)).todense())[
            :, : len(RESPONSIBILITIES)
        ]
        frame = pd.DataFrame({"owner": owner, "stated": stated, "part": parts})
        highest = frame.groupby(["owner", "stated"])["part"].idxmax()
        lowest = frame.groupby(["owner", "stated"])["part"].idxmin()
        starts = np.searchsorted(owner, np.arange(n))
        rows = []
        for i in range(n):
            certainty, least = bounds[int(not np.isnan(title[i]))]
            neither = scope[i] <= least
            reasons = []
            if not postings[i].lines:
                reasons.append("empty")
            else:
                role = max(p_tpm[i], 1 - p_tpm[i])
                if not neither and role * in_scope[i] < certainty:
                    if role < certainty or role <= in_scope[i]:
                        reasons.append("uncertain")
                    if in_scope[i] < certainty or in_scope[i] < role:
                        reasons.append("out_of_scope")
                reasons += [
                    name
                    for name, found in problems.items()
                    if found[i] and not (neither and name == "too_little_evidence")
                ]
            verdict = "review" if reasons else "neither" if neither else label[i]
            top = [k for k in np.argsort(-np.abs(sums[i]), kind="stable")[:3] if sums[i, k] != 0]
            quotes = []
            for k in top:
                line = postings[i].lines[(highest if sums[i, k] > 0 else lowest)[i, k] - starts[i]]
                quotes.append(" ".join(postings[i].text[line.start : line.end].split()))
            claim = title_role(titles[i]) if verdict in ("TPM", "PM") else None
            rows.append(
                (
                    label[i],
                    round(p_tpm[i], 6),
                    verdict,
                    ";".join(reasons),
                    round(in_scope[i], 6),
                    "" if claim is None else str(claim == verdict).lower(),
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
