"""How fast: the scan, the CSV job, growth with rows and text, memory, start-up.

usage: speed.py [PART ...] [--rows N] [--largest N] [--folder FOLDER]

Every rival runs beside us in the same run; ratios count, seconds depend on the machine. The texts
are the real postings (default ../shared/data), or the project's own where those are absent,
repeated. Writes results/speed.json (parts that were not asked for stay) and results/speed.png.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pandas as pd
from kernel_alone import score_prepared
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tpmclassify import TPMClassifier, load
from tpmclassify.machine_code.load import SWITCH
from tpmclassify.reading.batch import Texts
from tpmclassify.reading.plain_text import plain_text
from tpmclassify.reading.posting import read_posting
from tpmclassify.reading.vocabulary import LINE_BREAK

HERE = Path(__file__).parent
MB = 1 << 20
DOCUMENTS = 4000
RUNS = 3
PARTS = ("start_up", "kernel", "growth_with_text", "csv_job", "growth_with_rows")
Report = dict[str, object]


def read_texts(folder: Path) -> tuple[list[str], list[str], str]:
    """Texts and titles to repeat, and where they come from."""
    if (folder / "postings.parquet").is_file():
        table = pd.read_parquet(folder / "postings.parquet", columns=["text", "title"])
        return table["text"].tolist(), table["title"].fillna("").tolist(), "real postings"
    table = pd.read_csv(HERE.parent / "datasets/postings.csv")
    return table["description"].tolist(), table["title"].tolist(), "the project's own postings"


def best(*jobs: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Seconds of each job, the best of some runs; the jobs take turns, so that noise is shared."""
    seconds = [float("inf")] * len(jobs)
    for _ in range(runs):
        for i, job in enumerate(jobs):
            begin = time.perf_counter()
            job()
            seconds[i] = min(seconds[i], time.perf_counter() - begin)
    return seconds


def kernel_alone(texts: Sequence[str]) -> Report:
    """Role probabilities of prepared texts: ours, scikit-learn, hashing, fastText; one core."""
    model = load().model_
    prepared = [
        LINE_BREAK.join(line.masked.replace("\n", " ") for line in read_posting(text).lines)
        for text in texts[:DOCUMENTS]
    ]
    vectorizer = TfidfVectorizer(
        vocabulary=list(model.vocabulary.terms), ngram_range=(1, 2), sublinear_tf=True
    )
    vectorizer.idf_ = model.posting.idf
    coef, intercept = model.posting.coef, model.posting.intercept
    hashing = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 18)
    labels = np.arange(400) % 2
    hashed = LogisticRegression().fit(hashing.transform(prepared[:400]), labels)
    batches = [prepared[i : i + 500] for i in range(0, len(prepared), 500)]

    def ours() -> np.ndarray:
        return np.concatenate([score_prepared(model, batch) for batch in batches])

    def ours_on_two_threads() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda batch: score_prepared(model, batch), batches))

    def pipeline() -> np.ndarray:
        return np.asarray(vectorizer.transform(prepared) @ coef.T + intercept)

    gap = float(np.abs(ours() - pipeline()).max())
    names = ["tpmclassify", "tpmclassify, 2 threads", "scikit-learn pipeline", "HashingVectorizer"]
    jobs: list[Callable[[], object]] = [
        ours,
        ours_on_two_threads,
        pipeline,
        lambda: hashed.predict_proba(hashing.transform(prepared)),
    ]
    fasttext = _fasttext(prepared)
    if fasttext is not None:
        names.append("fastText")
        jobs.append(fasttext)
    rates = [len(prepared) / seconds for seconds in best(*jobs)]
    characters = np.mean([len(text) for text in prepared])
    print(f"\nKernel, probabilities only: {len(prepared):,} texts of {characters:,.0f} characters")
    print(f"largest difference from scikit-learn's scores: {gap:.1e}")
    for name, rate in zip(names, rates, strict=True):
        print(f"  {name:<24}{rate:>10,.0f} texts/s   ours is {rates[0] / rate:6.1f} x")
    return {"characters": characters, "gap": gap, **dict(zip(names, rates, strict=True))}


def _fasttext(prepared: Sequence[str]) -> Callable[[], object] | None:
    try:
        import fasttext
    except ImportError:
        print("fastText is not installed (fasttext-numpy2-wheel): left out")
        return None
    flat = [text.replace("\n", " ") for text in prepared]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{i % 2} {text}\n" for i, text in enumerate(flat[:2000]))
        file.flush()
        model = fasttext.train_supervised(file.name, wordNgrams=2, dim=10, thread=1, verbose=0)
    return lambda: [model.predict(text) for text in flat]


def write_csv(path: Path, texts: Sequence[str], titles: Sequence[str], rows: int) -> None:
    """Repeat the postings to so many rows."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "description"])
        for i, (title, text) in enumerate(islice(cycle(zip(titles, texts, strict=True)), rows)):
            writer.writerow([i, title, text])


# In a small process of its own: a child is charged with the memory of the one that forked it.
MEASURE = """
import resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
seconds = time.perf_counter() - begin
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(code)
"""


def run(*command: str) -> tuple[float, float]:
    """Seconds and peak memory in MB of a command."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def screen(source: Path, target: Path) -> tuple[float, float]:
    return run(
        sys.executable, "-m", "tpmclassify", "screen", str(source), "-o", str(target), "--overwrite"
    )


COPY = """
import sys, pyarrow.csv as csv
options = csv.ParseOptions(newlines_in_values=True)
reader = csv.open_csv(sys.argv[1], parse_options=options)
with csv.CSVWriter(sys.argv[2], reader.schema) as writer:
    for batch in reader:
        writer.write_batch(batch)
"""


def csv_job(folder: Path, texts: Sequence[str], titles: Sequence[str], rows: int) -> Report:
    """The whole job against the straightforward program, and against merely copying the table."""
    source, target = folder / "job.csv", folder / "job.out.csv"
    write_csv(source, texts, titles, rows)
    screen(source, target)  # the first run compiles
    ours = min(screen(source, target) for _ in range(RUNS))
    copy = min(run(sys.executable, "-c", COPY, str(source), str(target)) for _ in range(RUNS))
    script = str(HERE / "straightforward.py")
    rival = run(sys.executable, script, str(source), str(target))
    size = source.stat().st_size / MB
    print(f"\nCSV to CSV, all columns: {rows:,} rows, {size:,.0f} MB, start-up included")
    for name, (seconds, memory) in (
        ("tpmclassify screen", ours),
        ("pandas + scikit-learn", rival),
        ("pyarrow, read and write", copy),
    ):
        print(
            f"  {name:<26}{seconds:>8.1f} s{rows / seconds:>10,.0f} rows/s{memory:>8,.0f} MB"
            f"   ours takes {ours[0] / seconds:6.3f} x as long"
        )
    return {"rows": rows, "MB": size, "ours": ours, "straightforward": rival, "copy": copy}


def growth_with_rows(
    folder: Path, texts: Sequence[str], titles: Sequence[str], largest: int
) -> Report:
    """Seconds and peak memory from a thousand rows on."""
    print("\nGrowth with rows")
    report: Report = {}
    rows = 1000
    while rows <= largest:
        source = folder / "growth.csv"
        write_csv(source, texts, titles, rows)
        seconds, memory = screen(source, folder / "growth.out.csv")
        print(
            f"  {rows:>9,} rows{seconds:>9.1f} s{rows / seconds:>10,.0f} rows/s{memory:>8,.0f} MB"
        )
        report[str(rows)] = (seconds, memory)
        rows *= 10
    return report


def growth_with_text(texts: Sequence[str]) -> Report:
    """Time for one text from 1 KB to 10 MB, read and scored, and explained; in machine code."""
    classifier = TPMClassifier(max_chars=1 << 25)
    classifier._set_model(load().model_)
    os.environ[SWITCH] = "1"
    endless = "\n".join(text for text in texts if plain_text(text) == text)  # no markup
    print("\nGrowth with text: microseconds for one text, and per KB; both in machine code")
    report: Report = {}
    for kilobytes in (1, 2, 4, 8, 16, 32, 64, 5 << 10, 10 << 10):
        text = (endless * 2)[: kilobytes << 10]
        repeats = max(1, 2048 // kilobytes)
        compiled, readable = best(
            lambda text=text, n=repeats: [
                classifier.score_texts(Texts.of([text])) for _ in range(n)
            ],
            lambda text=text, n=repeats: [
                classifier.classify(text) for _ in range(max(1, n // 16))
            ],
            runs=2 if kilobytes < 1024 else 1,
        )
        compiled, readable = 1e6 * compiled / repeats, 1e6 * readable / max(1, repeats // 16)
        print(
            f"  {kilobytes:>6,} KB{compiled:>12,.0f}{compiled / kilobytes:>8.1f} a KB"
            f"   classify with explanation{readable:>14,.0f}{readable / kilobytes:>8.0f} a KB"
        )
        report[str(kilobytes)] = (compiled, readable)
    return report


def start_up(folder: Path, texts: Sequence[str], titles: Sequence[str]) -> Report:
    """What a user waits for at least."""
    posting, table = folder / "posting.txt", folder / "hundred.csv"
    posting.write_text(texts[0], encoding="utf-8")
    write_csv(table, texts, titles, 100)
    command = [sys.executable, "-m", "tpmclassify"]
    jobs = {
        "python alone": [sys.executable, "-c", ""],
        "import numpy": [sys.executable, "-c", "import numpy"],
        "import tpmclassify": [sys.executable, "-c", "import tpmclassify"],
        "tpmclassify --help": [*command, "--help"],
        "classify one posting": [*command, "classify", str(posting)],
        "model": [*command, "model"],
        "screen 100 rows": [*command, "screen", str(table)],
    }
    print("\nStart-up, seconds")
    report: Report = {}
    for name, arguments in jobs.items():
        seconds = min(run(*arguments)[0] for _ in range(5))
        print(f"  {name:<24}{seconds:>7.3f}")
        report[name] = seconds
    return report


def plot(report: dict[str, Report], path: Path) -> None:
    """Documents a second by the kernel, and the whole CSV job, as bars."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 2.6), layout="constrained")
    kernel = {k: v for k, v in report["kernel"].items() if k not in ("characters", "gap")}
    job = report["csv_job"]
    names = {
        "pyarrow: read and write only": "copy",
        "tpmclassify screen": "ours",
        "pandas + scikit-learn": "straightforward",
    }
    rates = {name: job["rows"] / job[key][0] for name, key in names.items()}
    titles = ("probabilities alone: texts a second", "CSV to CSV, all columns: rows a second")
    for axis, figures, title in zip(axes, (kernel, rates), titles, strict=True):
        bars = axis.barh(list(figures)[::-1], list(figures.values())[::-1], color="#0b62a4")
        axis.bar_label(bars, fmt="{:,.0f}", padding=3)
        axis.set_title(title, fontsize=10)
        axis.set_xticks([])
        axis.margins(x=0.25)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rows", type=int, default=100_000, help="of the CSV job")
    parser.add_argument("--largest", type=int, default=1_000_000, help="rows of the growth")
    parser.add_argument("--folder", type=Path, default=HERE.parent.parent / "shared/data")
    options = parser.parse_args()
    texts, titles, origin = read_texts(options.folder)
    print(f"{len(texts):,} texts to repeat: {origin}; {os.cpu_count()} cores")
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    kept = results / "speed.json"
    report = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = {
            "start_up": lambda: start_up(folder, texts, titles),
            "kernel": lambda: kernel_alone(texts),
            "growth_with_text": lambda: growth_with_text(texts),
            "csv_job": lambda: csv_job(folder, texts, titles, options.rows),
            "growth_with_rows": lambda: growth_with_rows(folder, texts, titles, options.largest),
        }
        for part in options.parts or PARTS:
            report[part] = jobs[part]()
            kept.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if {"kernel", "csv_job"} <= report.keys():
        plot(report, results / "speed.png")


if __name__ == "__main__":
    main()
