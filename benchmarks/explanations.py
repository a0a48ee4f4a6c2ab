"""Our explanations beside LIME, SHAP, ELI5 and chance: the same model, the same held-out postings.

usage: python -m benchmarks.explanations [FOLDER [N]]
    the real postings (default ../shared/data); how many to explain

Every method gives each word of a posting a weight for the decided role. Judged by: time, how far
the weights are from adding up to the score, whether a second run says the same, what deleting
(comprehensiveness) or keeping (sufficiency) the top 1, 5, 10, 20 and 50 % of the words does to the
probability of the decided role (ERASER: DeYoung et al. 2020), and whether the top lines are those
that the rater found to lean to that role. Two more tables: ours share by share, and what deleting
the three quoted lines does to every decided posting of the fold.
"""

import re
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from recipe.corpus import CONTESTED, read_corpus
from recipe.posting_rows import Recipe
from recipe.shipped import SHIPPED_ROWS, read_rows
from recipe.trainer import Trainer
from tpmclassify import TPMClassifier
from tpmclassify.deciding.decision import Evidence
from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import NEITHER, TPM
from tpmclassify.scoring import models
from tpmclassify.scoring.models import Model
from tpmclassify.scoring.tfidf import ROLE_OUTPUT
from tpmclassify.training.calibration import Sample, calibrate
from tpmclassify.training.counts import count_lines
from tpmclassify.training.held_out import ARRAYS, HeldOut

SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)
LIME_SAMPLES, SHAP_EVALUATIONS = 5000, 500
WORD = re.compile(r"(?u)\b\w\w+\b")


@dataclass(frozen=True)
class Case:
    """A posting to be explained: its words with their places, and what the rater said."""

    text: str
    words: list[tuple[int, int]]
    lines: list[tuple[int, int]]
    leans: list[str]


# A method gives the weight of each word in log-odds of TPM (or on a scale of its own), and the
# number that the weights are meant to add up to, with what was left over; NaN where none is meant.
Method = Callable[[Case, int], tuple[np.ndarray, float]]


def ours(classifier: TPMClassifier) -> Method:
    model, policy = classifier.model_, classifier.policy()

    def explain(case: Case, _: int) -> tuple[np.ndarray, float]:
        posting = read_posting(case.text)
        scores = models.score(model, read_postings([posting], model.vocabulary))
        place = {start: i for i, (start, _) in enumerate(case.words)}
        terms, owners = [], []
        for line, votes in zip(posting.lines, scores.voting, strict=True):
            if not votes:
                continue
            words = [(m[0].lower(), line.start + m.start()) for m in WORD.finditer(line.masked)]
            grams = [(word, [at]) for word, at in words]
            grams += [(f"{a} {b}", [at, bt]) for (a, at), (b, bt) in pairwise(words)]
            for gram, places in grams:
                if (term := model.vocabulary.index.get(gram)) is not None:
                    terms.append(term)
                    owners.append(places)
        found, place_of, counts = np.unique(
            np.array(terms, dtype=np.int64), return_inverse=True, return_counts=True
        )
        linear = model.posting
        weights = linear.frequencies(int(counts.max(initial=0)))[counts] * linear.idf[found]
        norm = float(np.sqrt(np.sum(weights * weights))) or 1.0
        each = policy.slope * linear.coef[ROLE_OUTPUT, found] * weights / (norm * counts)
        parts = each[place_of]
        by_word = np.zeros(len(case.words))
        for part, places in zip(parts, owners, strict=True):
            for at in places:
                if at in place:
                    by_word[place[at]] += part / len(places)
        raw = float(scores.role[0] - linear.intercept[ROLE_OUTPUT])
        return by_word, abs(policy.slope * raw - parts.sum())

    return explain


def at_random(case: Case, seed: int) -> tuple[np.ndarray, float]:
    return np.random.default_rng(seed).normal(size=len(case.words)), np.nan


def lime(predict: Callable[[list[str]], np.ndarray]) -> Method:
    from lime.lime_text import LimeTextExplainer

    def explain(case: Case, seed: int) -> tuple[np.ndarray, float]:
        explainer = LimeTextExplainer(
            class_names=["PM", "TPM"], split_expression=r"\W+", bow=True, random_state=seed
        )
        p = lambda texts: np.column_stack([1 - (q := predict(texts)), q])  # noqa: E731
        result = explainer.explain_instance(
            case.text, p, num_features=2000, num_samples=LIME_SAMPLES
        )
        by_word = dict(result.as_list())
        weights = np.array([by_word.get(case.text[s:e], 0.0) for s, e in case.words])
        local = result.intercept[1] + sum(by_word.values())
        return weights, abs(local - predict([case.text])[0])

    return explain


def shap_text(predict: Callable[[list[str]], np.ndarray]) -> Method:
    import shap

    def explain(case: Case, seed: int) -> tuple[np.ndarray, float]:
        np.random.seed(seed)  # noqa: NPY002 - what shap draws from
        explainer = shap.Explainer(lambda t: predict(list(t)), shap.maskers.Text(r"\W+"))
        values = explainer([case.text], max_evals=SHAP_EVALUATIONS, silent=True)
        weights = np.zeros(len(case.words))
        place = {start: i for i, (start, _) in enumerate(case.words)}
        at = 0
        for token, value in zip(values.data[0], values.values[0], strict=True):
            start = case.text.find(token.strip(), at) if token.strip() else -1
            if start >= 0:
                at = start + len(token.strip())
                found = WORD.search(token)
                if found and start + found.start() in place:
                    weights[place[start + found.start()]] += float(value)
        total = float(np.sum(values.values[0]) + values.base_values[0])
        return weights, abs(total - predict([case.text])[0])

    return explain


def from_terms(case: Case, terms: dict[str, float]) -> np.ndarray:
    """Spread the weight of each n-gram over the words at which it occurs."""
    words = [case.text[s:e].lower() for s, e in case.words]
    places: dict[str, list[list[int]]] = {}
    for i, word in enumerate(words):
        places.setdefault(word, []).append([i])
        if i + 1 < len(words):
            places.setdefault(f"{word} {words[i + 1]}", []).append([i, i + 1])
    weights = np.zeros(len(words))
    for term, value in terms.items():
        found = places.get(term, [])
        for where in found:
            for i in where:
                weights[i] += value / len(found) / len(where)
    return weights


def linear_twin(trainer: Trainer, train: np.ndarray) -> tuple[object, ...]:
    """A plain scikit-learn pipeline on whole texts, for the tools that need its inside."""
    texts = ["\n".join(x.masked for x in trainer.corpus.postings[i].lines) for i in train]
    model = make_pipeline(
        CountVectorizer(ngram_range=(1, 2), min_df=5), TfidfTransformer(sublinear_tf=True)
    )
    matrix = model.fit_transform(texts)
    regression = LogisticRegression(C=10).fit(matrix, trainer.corpus.labels[train] == TPM)
    return model, regression, matrix


def eli5_method(twin: tuple) -> Method:
    import eli5

    pipeline, regression, _ = twin
    names = pipeline.steps[0][1].get_feature_names_out()

    def explain(case: Case, _: int) -> tuple[np.ndarray, float]:
        row = pipeline.transform([case.text])
        result = eli5.explain_prediction(regression, row, feature_names=names, top=None)
        weights = result.targets[0].feature_weights
        terms = {w.feature: w.weight for w in [*weights.pos, *weights.neg]}
        if regression.classes_.tolist().index(result.targets[0].target) == 0:
            terms = {name: -value for name, value in terms.items()}
        error = abs(sum(terms.values()) - float(regression.decision_function(row)[0]))
        return from_terms(case, terms), error

    return explain


def shap_linear(twin: tuple) -> Method:
    import shap

    pipeline, regression, matrix = twin
    names = pipeline.steps[0][1].get_feature_names_out()
    explainer = shap.LinearExplainer(regression, matrix)

    def explain(case: Case, _: int) -> tuple[np.ndarray, float]:
        row = pipeline.transform([case.text])
        values = np.asarray(explainer.shap_values(row)).ravel()
        present = row.indices
        total = values.sum() + float(np.ravel(explainer.expected_value)[0])
        error = abs(total - float(regression.decision_function(row)[0]))
        return from_terms(case, {names[i]: values[i] for i in present}), error

    return explain


def judge(
    name: str,
    method: Method,
    cases: list[Case],
    predict: Callable[[list[str]], np.ndarray],
) -> str:
    """Print a method's row; return its row of the table by share of words."""
    times, errors, same, comprehensive, sufficient, top_three, average = ([] for _ in range(7))
    for case in cases:
        p = predict([case.text])[0]
        sign = 1.0 if p > 0.5 else -1.0
        start = time.perf_counter()
        weights, error = method(case, 0)
        times.append(time.perf_counter() - start)
        errors.append(error)
        again = method(case, 1)[0]
        top = max(1, len(weights) // 10)
        first, second = (set(np.argsort(-sign * w)[:top].tolist()) for w in (weights, again))
        same.append(len(first & second) / len(first | second))
        order = np.argsort(-sign * weights, kind="stable")
        without, only = [], []
        for share in SHARES:
            chosen = set(order[: max(1, round(share * len(order)))].tolist())
            without.append(_keep(case, lambda i: i not in chosen))  # noqa: B023
            only.append(_keep(case, lambda i: i in chosen))  # noqa: B023
        moved = sign * (p - predict([*without, *only]))
        comprehensive.append(moved[: len(SHARES)])
        sufficient.append(moved[len(SHARES) :])
        by_line = [
            sign * sum(w for (s, e), w in zip(case.words, weights, strict=True) if a <= s < b)
            for a, b in case.lines
        ]
        decided = "TPM" if sign > 0 else "PM"
        right = np.array([lean == decided for lean in case.leans])
        known = np.array([lean != "" for lean in case.leans])
        ranked = np.argsort(-np.array(by_line), kind="stable")
        ranked = ranked[known[ranked]]
        top_three.extend(right[ranked[:3]])
        if right.any():
            hits = np.cumsum(right[ranked]) / np.arange(1, len(ranked) + 1)
            average.append(hits[right[ranked]].mean())
    print(
        f"| {name} | {1000 * np.median(times):.1f} | {np.max(errors):.1e} | {np.mean(same):.2f} "
        f"| {np.mean(comprehensive):.3f} | {np.mean(sufficient):.3f} "
        f"| {np.mean(top_three):.2f} | {np.mean(average):.2f} |",
        flush=True,
    )
    by_share = [*np.mean(comprehensive, axis=0), *np.mean(sufficient, axis=0)]
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in by_share) + " |"


def _keep(case: Case, kept: Callable[[int], bool]) -> str:
    """The text with some words overwritten by blanks, so that lines stay where they are."""
    text = list(case.text)
    for i, (start, end) in enumerate(case.words):
        if not kept(i):
            text[start:end] = " " * (end - start)
    return "".join(text)


def main(folder: Path, n_cases: int) -> None:
    warnings.filterwarnings("ignore")
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    recipe = Recipe()
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=recipe.min_employers), recipe)
    fold = read_rows(SHIPPED_ROWS)[1]["fold"]
    judged = corpus.agreed & (corpus.sample == CONTESTED) & (corpus.labels != NEITHER)
    held_out = np.flatnonzero((fold == 0) & judged)
    classifier = TPMClassifier()
    classifier.model_ = model_without(trainer, np.flatnonzero(fold == 0))
    predict = lambda texts: classifier.predict_proba(texts)[:, 1]  # noqa: E731

    drawn = np.random.default_rng(0).choice(held_out, size=n_cases, replace=False)
    cases = []
    for i in drawn:
        posting = corpus.postings[i]
        annotated = corpus.lines[i]
        cases.append(
            Case(
                posting.text,
                [match.span() for match in WORD.finditer(posting.text)],
                [(line.start, line.end) for line in posting.lines],
                [line.lean if line else "" for line in annotated],
            )
        )
    print(f"{n_cases} held-out postings\n")
    print(
        "| method | ms a posting (median) | largest error of the sum | same top words on a second "
        "run | comprehensiveness | sufficiency | top 3 lines lean to the role | average precision "
        "of lines |\n|---|---|---|---|---|---|---|---|"
    )
    methods = {"ours": ours(classifier), "random": at_random}
    if find_spec("lime"):
        methods[f"LIME, {LIME_SAMPLES} samples"] = lime(predict)
    if find_spec("shap"):
        methods[f"SHAP text, {SHAP_EVALUATIONS} evaluations"] = shap_text(predict)
    train = np.flatnonzero((fold != 0) & (corpus.labels != NEITHER))
    twin = linear_twin(trainer, train)
    if find_spec("shap"):
        methods["SHAP linear, of a plain TF-IDF + LR"] = shap_linear(twin)
    if find_spec("eli5"):
        methods["ELI5, of a plain TF-IDF + LR"] = eli5_method(twin)
    rows = [judge(name, method, cases, predict) for name, method in methods.items()]
    shares = " | ".join(f"{share:.0%}" for share in SHARES)
    print("\nComprehensiveness, then sufficiency, by share of the words\n")
    print(f"| method | {shares} | {shares} |\n|---|" + "---|" * (2 * len(SHARES)))
    print("\n".join(rows))
    delete_quotes(classifier, [corpus.postings[i].text for i in held_out])


def model_without(trainer: Trainer, held_out: np.ndarray) -> Model:
    """Train by the shipped recipe on all other employers.

    Calibration and bounds come from the stored held-out scores of the other postings.
    """
    arrays = read_rows(SHIPPED_ROWS)[1]
    groups = trainer.corpus.groups
    among = ~np.isin(groups, groups[held_out])
    others = np.flatnonzero(among[: trainer.corpus.n_labelled])
    scores = HeldOut(*(arrays[f"held_out_{name}"][others] for name in ARRAYS))
    sample = Sample(
        trainer.corpus.labels[others],
        trainer.corpus.calibration_weight[others],
        arrays["held_out_title"][others],
    )
    return calibrate(trainer(among), scores, sample)


def delete_quotes(classifier: TPMClassifier, texts: list[str]) -> None:
    """Delete the three quoted lines of each decided posting, and time full explanations."""
    lowered, times = [], []
    for text in texts:
        start = time.perf_counter()
        decision = classifier.classify(text)
        times.append((len(text), time.perf_counter() - start))
        if decision.verdict != decision.label:
            continue
        sign = 1.0 if decision.label == TPM else -1.0
        quoted = [e for e in decision.evidence if e.role == decision.label][:3]
        rest = text_without(decision.text, quoted)
        lowered.append(sign * classifier.classify(rest).score < sign * decision.score)
    usual = [seconds for length, seconds in times if 3000 <= length <= 5000]
    print(
        f"\nDeleting the three quoted lines lowers the probability of the decided role in "
        f"{sum(lowered)} of {len(lowered)} decided postings ({np.mean(lowered):.1%}).\n"
        f"classify() with the full explanation, postings of 3 to 5 KB: "
        f"{1000 * np.median(usual):.1f} ms (median of {len(usual)})"
    )


def text_without(text: str, lines: Sequence[Evidence]) -> str:
    for line in sorted(lines, key=lambda e: -e.start):
        text = text[: line.start] + text[line.end :]
    return text


if __name__ == "__main__":
    main(
        Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"),
        int(sys.argv[2]) if len(sys.argv) > 2 else 20,
    )
