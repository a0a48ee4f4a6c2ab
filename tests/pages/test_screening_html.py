"""The report of a screening: counts that add up, rows to review, one file, flat memory."""

import re

import pyarrow as pa
import pytest
from markup import PAYLOADS, Markup

import tpmclassify
from tpmclassify.pages.screening_html import MOST_REVIEW_ROWS, ScreeningReport
from tpmclassify.screening import screen_batch
from tpmclassify.tables.counts import ScreeningCounts
from tpmclassify.tables.summary import ScreeningSummary


def write_report(path, batches, summary):
    """The page about screened batches, as the job writes it; returns its text."""
    report, counts = ScreeningReport(), ScreeningCounts()
    for batch in batches:
        report.add(batch)
        counts.add(batch)
    report.write(path, summary, counts)
    return path.read_text(encoding="utf-8")


def screened(classifier, rows, size=50):
    """Record batches of dictionaries with title, employer and description, screened."""
    for start in range(0, len(rows), size):
        batch = pa.RecordBatch.from_pylist(rows[start : start + size])
        yield screen_batch(batch, classifier=classifier, text="description", title="title")


@pytest.fixture(scope="module")
def rows(written):
    return [{k: row[k] for k in ("title", "employer", "description")} for row in written]


@pytest.fixture(scope="module")
def batches(classifier, rows):
    return list(screened(classifier, rows))


@pytest.fixture
def summary(tmp_path, rows):
    """The summary that screening these rows gives, whatever its fields are."""
    import csv

    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    summary = tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert isinstance(summary, ScreeningSummary)
    return summary


@pytest.fixture
def report(tmp_path, batches, summary):
    return write_report(tmp_path / "report.html", batches, summary)


def test_the_counts_count_every_row_once(batches, rows):
    counts = ScreeningCounts()
    for batch in batches:
        counts.add(batch)
    table = pa.Table.from_batches(batches).to_pylist()
    assert sum(counts.verdicts.values()) == len(rows)
    assert counts.verdicts == {
        name: sum(row["tpm_verdict"] == name for row in table)
        for name in ("PM", "review", "TPM", "neither")
    }
    table = [row for row in table if row["tpm_verdict"] != "neither"]
    assert sum(sum(verdicts.values()) for verdicts in counts.bins) == len(table)
    top = sum(row["tpm_probability"] >= 0.95 for row in table)
    assert sum(counts.bins[-1].values()) == top
    from tpmclassify.roles import title_role

    table = [row for row in table if row["tpm_verdict"] in ("TPM", "PM")]
    for claim, verdicts in counts.claims.items():
        assert sum(verdicts.values()) == sum(title_role(row["title"]) == claim for row in table)
    assert counts.titles_checked == sum(row["tpm_title_agrees"] is not None for row in table)
    assert counts.titles_disagree == sum(row["tpm_title_agrees"] is False for row in table)


def test_the_counts_do_not_depend_on_the_batches_and_survive_json(classifier, rows, batches):
    import json

    whole, parts = ScreeningCounts(), ScreeningCounts()
    for batch in batches:
        whole.add(batch)
    for batch in screened(classifier, rows, 7):
        parts.add(batch)
    assert whole.to_dict() == parts.to_dict()
    again = ScreeningCounts.from_dict(json.loads(json.dumps(whole.to_dict())))
    assert again.claims == whole.claims


def drawn(report, plot):
    """The rectangles of the first plot of a kind: class, x, y, width and height."""
    svg = re.search(rf'<svg class="{plot}".*?</svg>', report, re.S)[0]
    numbers = '" '.join(f'{name}="([0-9.]+)' for name in ("x", "y", "width", "height"))
    found = re.findall(rf'<rect class="(\w+)" {numbers}"/>', svg)
    return [(name, *map(float, place)) for name, *place in found if name != "track"]


def test_plots_fill_their_frame_in_proportion(report, summary):
    verdicts = drawn(report, "stacked")
    assert sum(width for _, _, _, width, _ in verdicts) == pytest.approx(100, abs=0.05)
    for name, _, _, width, _ in verdicts:
        share = 100 * summary.verdicts[name] / summary.screened
        assert width == pytest.approx(share, abs=0.006)
    columns = {}
    for _, x, y, width, height in drawn(report, "histogram"):
        columns.setdefault(x, []).append((y, height))
        assert x + width <= 100
    assert max(sum(h for _, h in column) for column in columns.values()) == pytest.approx(100)
    for column in columns.values():
        below = 100.0
        for y, height in column:  # one upon the other
            assert y + height == pytest.approx(below, abs=0.011)
            below = y


def test_the_report_says_what_the_summary_says(report, summary):
    text = Markup(report).words
    assert f"{summary.screened:,} postings screened" in text
    for verdict, n in summary.verdicts.items():
        assert f"{verdict} {n:,}" in text
    assert f"{summary.titles_disagree:,} of the {summary.titles_checked:,} titles" in text


def test_every_row_to_review_is_there_with_its_quotes(report, batches):
    text = Markup(report).words
    review = [r for b in batches for r in b.to_pylist() if r["tpm_verdict"] == "review"]
    assert report.count("<h3>") == len(review)
    for row in review:
        assert row["title"] in text
        for quote in row["tpm_quotes"].split(" | ") if row["tpm_quotes"] else []:
            assert quote[:300].rstrip() in text


def test_rows_are_numbered_as_in_the_table(report, rows):
    for number, title in re.findall(r"<h3>Row ([\d,]+): (.*?)(?: <span|</h3>)", report)[:50]:
        from html import unescape

        assert rows[int(number) - 1]["title"] == unescape(title)


def test_the_report_stands_alone(report):
    for tag, attributes in Markup(report).elements:
        assert tag not in ("script", "link", "img", "iframe", "a")
        assert not {"src", "href", "style"} & set(attributes)


def test_no_payload_becomes_markup(classifier, tmp_path, summary):
    hostile = [{"title": p, "employer": p, "description": f"Manage {p} plans."} for p in PAYLOADS]
    page = Markup(write_report(tmp_path / "report.html", screened(classifier, hostile), summary))
    assert not [
        a for _, found in page.elements for a in found if a.startswith("on") or a == "style"
    ]
    allowed = set(
        "html head meta title style body main div h1 h2 h3 section p strong svg rect ul li ol span "
        "table thead tbody tr th td small footer".split()
    )
    assert {tag for tag, _ in page.elements} <= allowed
    text = page.words
    assert all(" ".join(p.split())[:60] in text for p in PAYLOADS)  # long ones are cut


def test_memory_holds_a_few_hundred_rows_whatever_comes(classifier, tmp_path, summary):
    batch = next(
        screened(classifier, [{"title": "x" * 5000, "description": "y", "employer": "z"}] * 50)
    )
    page = write_report(tmp_path / "report.html", [batch] * 40, summary)
    assert page.count("<h3>") == MOST_REVIEW_ROWS
    assert "The first 300 of 2,000" in page
    assert len(page) < 1_000_000


def test_a_table_without_titles_or_rows_gets_a_report(tmp_path):
    (tmp_path / "in.csv").write_text("text\n")
    summary = tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert "every row was decided" in write_report(tmp_path / "report.html", [], summary)


def test_what_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path, summary):
    with pytest.raises(tpmclassify.TableError, match="cannot be written"):
        write_report(tmp_path / "no" / "report.html", [], summary)
    assert not list(tmp_path.glob("*.part"))


def test_where_the_two_roles_are_rare_the_summary_warns(tmp_path):
    engineer = (
        "Write test and review code for our payment services in Python and Go. Design database "
        "schemas and interfaces. Debug production issues with the on-call team. Mentor junior "
        "developers in code reviews and pair programming. Refactor legacy modules and write "
        "technical documentation for other developers. Build continuous integration pipelines and "
        "monitor the performance of our Kubernetes clusters in production."
    )
    (tmp_path / "in.csv").write_text("text\n" + f"{engineer}\n" * 60)
    summary = tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert summary.verdicts == {"neither": 60}
    assert summary.estimated_in_scope_share < 0.02
    assert summary.estimated_prevalence is None  # of none
    assert "of these" not in str(summary)
    assert not summary.promise_holds
    assert "Caution: the two roles are much rarer here" in str(summary)
    assert "--in-scope-share" in str(summary)


def test_of_a_few_rows_no_share_is_estimated(tmp_path, rows):
    few = "".join(f"{row['description'].replace(',', '').splitlines()[0]}\n" for row in rows[:3])
    (tmp_path / "in.csv").write_text("text\n" + few)
    summary = tpmclassify.screen_file(tmp_path / "in.csv", tmp_path / "out.csv")
    assert summary.estimated_in_scope_share is None
    assert summary.promise_holds
