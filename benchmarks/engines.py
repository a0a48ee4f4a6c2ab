"""Screening beyond one process: Dask and Spark beside one process with as many threads.

All three read the same Parquet parts, screen them and write Parquet parts; what they wrote is
compared row for row. Needs `.[dask]`; Spark too where `.[spark]` and a Java are installed.

usage: engines.py [--rows N] [--folder F] [--price P] [--day N] [--page docs/scale.md]
"""

import argparse
import contextlib
import io
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import dask.dataframe as dd
import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

import tpmclassify
from tpmclassify.batch_sizes import BATCH_ROWS
from tpmclassify.engines import dask as dask_engine
from tpmclassify.screening import COLUMNS, screen_batch

CORES = 2
TEXT_COLUMNS = {"text": "description", "title": "title"}
MIB = 1 << 20


def main(options: argparse.Namespace) -> str:
    page = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalCluster(
            CORES,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
        spark_session() as spark,
    ):
        bench = Bench(Path(folder), read_postings(options.folder), client, spark)
        sizes = [10**n for n in range(3, 10) if 10**n < options.rows] + [options.rows]
        bench.run(500)  # everything is loaded and compiled
        runs = [bench.run(size) for size in sizes]
        print(told_of(runs[-1]), file=page)
        print(told_of_memory(runs[-1]), file=page)
        print(told_of_troubles(bench, options.rows // 2), file=page)
        print(told_of_sizes(runs, options), file=page)
    return page.getvalue()


@dataclass
class Run:
    """What one size took."""

    rows: int
    parts: int
    bytes_in: int
    threads_s: float
    dask_s: float
    spark_s: float | None
    memory: np.ndarray  # (samples, 1 + workers): seconds, bytes
    moved: int


class Bench:
    """The postings, repeated to any size, and the engines to screen them with."""

    def __init__(self, folder: Path, postings: pa.Table, client: Client, spark: object) -> None:
        self.folder, self.postings, self.client, self.spark = folder, postings, client, spark

    def run(self, rows: int) -> Run:
        source = self.write_parts(rows)
        files = sorted(source.iterdir())
        threads_s = timed(lambda: screen_with_threads(files, self.target("threads")))
        moved = self.moved_between_workers()
        with memory_of([info["pid"] for info in self.workers().values()]) as samples:
            dask_s = timed(lambda: screen_with_dask(source, self.target("dask")))
        moved = self.moved_between_workers() - moved
        self.check_equal("dask")
        spark_s = None
        if self.spark is not None:
            spark_s = timed(lambda: screen_with_spark(self.spark, source, self.target("spark")))
            self.check_equal("spark")
        size = sum(file.stat().st_size for file in files)
        return Run(rows, len(files), size, threads_s, dask_s, spark_s, np.array(samples), moved)

    def write_parts(self, rows: int, sizes: list[int] | None = None) -> Path:
        source = self.target("source")
        usual = min(max(rows // 16, 100), 10_000)
        sizes = sizes or [min(usual, rows - start) for start in range(0, rows, usual)]
        first = 0
        for number, size in enumerate(sizes):
            taken = np.arange(first, first + size)
            part = self.postings.take(taken % self.postings.num_rows)
            part = part.append_column("row", pa.array(taken))
            pq.write_table(part, source / f"part-{number:05}.parquet")
            first += size
        return source

    def target(self, name: str) -> Path:
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        return target

    def check_equal(self, engine: str) -> None:
        columns = ["row", *COLUMNS]
        expected, found = (
            pq.read_table(self.folder / name, columns=columns).sort_by("row").to_pydict()
            for name in ("threads", engine)
        )
        assert expected == found, f"{engine} answers otherwise than one process"

    def workers(self) -> dict[str, dict[str, int]]:
        return self.client.run(lambda dask_worker: {"pid": os.getpid()} | sent(dask_worker))

    def moved_between_workers(self) -> int:
        return sum(info["sent"] for info in self.workers().values())


def sent(worker: object) -> dict[str, int]:
    return {"sent": worker.transfer_outgoing_bytes_total}


def screen_with_threads(files: list[Path], target: Path) -> None:
    classifier = tpmclassify.load()

    def screen(file: Path) -> None:
        batches = pq.read_table(file).to_batches(max_chunksize=BATCH_ROWS)
        screened = [screen_batch(b, classifier=classifier, **TEXT_COLUMNS) for b in batches]
        pq.write_table(pa.Table.from_batches(screened), target / file.name)

    with ThreadPoolExecutor(CORES) as pool:
        list(pool.map(screen, files))


def screen_with_dask(source: Path, target: Path) -> None:
    screened = dask_engine.screen(dd.read_parquet(source), **TEXT_COLUMNS)
    screened.to_parquet(target, compute=False).optimize().compute()


def screen_with_spark(spark: object, source: Path, target: Path) -> None:
    from tpmclassify.engines.spark import screen

    screened = screen(spark.read.parquet(str(source)), **TEXT_COLUMNS)
    screened.write.mode("overwrite").parquet(str(target))


def told_of(run: Run) -> str:
    lines = [
        f"{run.rows:,} postings in {run.parts} Parquet parts ({run.bytes_in / MIB:,.0f} MiB), "
        f"read, screened and written on {CORES} cores; all wrote the same values.\n",
        "| | seconds | postings/s | time, of one process |\n|---|---|---|---|",
    ]
    for name, seconds in (
        (f"one process, {CORES} threads", run.threads_s),
        (f"Dask, {CORES} worker processes", run.dask_s),
        (f"Spark, local[{CORES}]", run.spark_s),
    ):
        if seconds is None:
            lines.append(f"| {name} | not installed | | |")
        else:
            rate, ratio = run.rows / seconds, seconds / run.threads_s
            lines.append(f"| {name} | {seconds:.1f} | {rate:,.0f} | {ratio:.2f} x |")
    _, model = dask_engine.pack(tpmclassify.load(SHIPPED))
    lines.append(
        f"\nMoved between Dask's workers: {run.moved / 1024:.1f} KiB in all "
        f"({run.moved / run.rows:.2f} bytes a posting). A model of one's own would be sent to each "
        f"worker once: {len(model) / MIB:.1f} MiB."
    )
    return "\n".join(lines) + "\n"


def told_of_memory(run: Run) -> str:
    seconds, workers = run.memory[:, 0], run.memory[:, 1:] / MIB
    quarter = np.minimum(4 * seconds / seconds[-1], 3).astype(int)
    lines = [
        "| memory of Dask's workers, MiB at most | 1st quarter of the run | 2nd | 3rd | 4th |",
        "|---|---|---|---|---|",
    ]
    for number in range(workers.shape[1]):
        peaks = [f"{workers[quarter == q, number].max(initial=0):,.0f}" for q in range(4)]
        lines.append(f"| worker {number + 1} | {' | '.join(peaks)} |")
    return "\n".join(lines) + "\n"


def told_of_troubles(bench: Bench, rows: int) -> str:
    """One huge part, and a worker that dies."""
    lines = [
        f"| {rows:,} postings with Dask | seconds | memory of a worker, MiB at most |",
        "|---|---|---|",
    ]
    equal = [rows // 16] * 16
    skewed = [rows // 2, *[rows // 30] * 15]
    for name, sizes, kill in (
        ("16 equal parts", equal, False),
        ("half of all rows in one part", skewed, False),
        ("16 equal parts, a worker killed in the middle", equal, True),
    ):
        source = bench.write_parts(rows, sizes)
        screen_with_threads(sorted(source.iterdir()), bench.target("threads"))
        pids = [info["pid"] for info in bench.workers().values()]
        with memory_of(pids) as samples, killing(pids[0], bench.folder / "dask", kill):
            seconds = timed(lambda: screen_with_dask(source, bench.target("dask")))  # noqa: B023
        bench.check_equal("dask")
        peak = np.array(samples)[:, 1:].max() / MIB
        lines.append(f"| {name} | {seconds:.1f} | {peak:,.0f} |")
    return "\n".join(lines) + "\n"


def told_of_sizes(runs: list[Run], options: argparse.Namespace) -> str:
    largest = runs[-1]
    core_hours = CORES * largest.dask_s / largest.rows / 3600
    bytes_each = largest.bytes_in / largest.rows
    million, day = core_hours * 1e6, core_hours * options.day
    lines = [
        f"One million postings: {million:,.2f} core-hours, at ${options.price} a core-hour "
        f"{in_dollars(million * options.price)}. A day of a job board with {options.day:,} new "
        f"postings: {day:,.2f} core-hours, {in_dollars(day * options.price)}.\n",
        f"| postings | Parquet | one process, {CORES} threads | Dask, {CORES} workers | "
        "Dask, 64 cores | cost | figures |\n|---|---|---|---|---|---|---|",
    ]
    for size in sorted({run.rows for run in runs} | {10**n for n in range(4, 10)}):
        run = next((run for run in runs if run.rows == size), None)
        share = size / largest.rows
        threads_s = run.threads_s if run else largest.threads_s * share
        dask_s = run.dask_s if run else largest.dask_s * share
        lines.append(
            f"| {size:,} | {size * bytes_each / 1e9:,.2f} GB | {in_words(threads_s)} | "
            f"{in_words(dask_s)} | {in_words(dask_s * CORES / 64)} | "
            f"{in_dollars(dask_s * CORES / 3600 * options.price)} | "
            f"{'measured; 64 cores extrapolated' if run else 'extrapolated'} |"
        )
    return "\n".join(lines)


def in_words(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:,.1f} s"


def in_dollars(sum_: float) -> str:
    return f"${sum_:,.2f}" if sum_ >= 0.995 else f"{100 * sum_:.2g} ct"


def timed(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


@contextlib.contextmanager
def memory_of(pids: list[int]) -> Iterator[list[list[float]]]:
    """Sample the memory of processes until the block ends."""
    samples: list[list[float]] = []
    done = Event()
    start = time.perf_counter()

    def sample() -> None:
        while True:
            sizes = [resident(pid) for pid in pids]
            samples.append([time.perf_counter() - start, *sizes])
            if done.wait(0.1):
                return

    sampler = Thread(target=sample)
    sampler.start()
    try:
        yield samples
    finally:
        done.set()
        sampler.join()


def resident(pid: int) -> int:
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.NoSuchProcess:
        return 0


@contextlib.contextmanager
def killing(pid: int, target: Path, kill: bool) -> Iterator[None]:
    """Kill a worker of ours when a third of the parts is written."""
    done = Event()

    def watch() -> None:
        while not done.wait(0.05):
            if len(list(target.glob("*.parquet"))) >= 5:
                os.kill(pid, signal.SIGKILL)
                return

    watcher = Thread(target=watch)
    if kill:
        shutil.rmtree(target, ignore_errors=True)
        watcher.start()
    try:
        yield
    finally:
        done.set()
        if kill:
            watcher.join()


@contextlib.contextmanager
def spark_session() -> Iterator[object]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        yield None
        return
    if not shutil.which("java"):
        yield None
        return
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{CORES}]")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def read_postings(folder: Path) -> pa.Table:
    real = folder / "postings.parquet"
    if real.is_file():
        table = pq.read_table(real, columns=["title", "text"])
        return table.rename_columns(["title", "description"])
    written = pd.read_csv("datasets/postings.csv", usecols=["title", "description"])
    return pa.Table.from_pandas(written, preserve_index=False)


def write_into(page: Path, figures: str) -> None:
    marked = r"(<!-- figures -->\n).*(<!-- end of figures -->)"
    text = page.read_text(encoding="utf-8")
    new, count = re.subn(marked, lambda m: f"{m[1]}{figures}\n{m[2]}", text, flags=re.DOTALL)
    assert count == 1, f"{page} has no place for figures"
    page.write_text(new, encoding="utf-8")


SHIPPED = Path("models/shipped_model.npz")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--folder", type=Path, default=Path("../shared/data"))
    parser.add_argument("--price", type=float, default=0.05, help="of a core-hour, in dollars")
    parser.add_argument("--day", type=int, default=1_000_000, help="postings a day")
    parser.add_argument("--page", type=Path, help="put the figures into this page too")
    arguments = parser.parse_args()
    figures = main(arguments)
    print(figures)
    if arguments.page:
        write_into(arguments.page, figures)
