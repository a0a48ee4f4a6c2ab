"""A recruiter's day: 30,000 rows, some 10,000 of them to review, finished with few clicks."""

import csv
import io
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from served_page import FIELDS, served, table

ROWS = 30_000
BY_HAND = 20  # of each bar in the middle of the plot, before the rest of it is decided as they were
SEEN_MS = 450  # a little more than a row must be in sight before it takes a key
SECONDS_EACH = 3  # of a person, for a click or a key


class Hand:
    """Clicks and presses keys, and counts what each leads to."""

    def __init__(self, tab):
        self.tab, self.done = tab, Counter()

    def go(self, what):
        with self.tab.expect_navigation():
            self.tab.click(what)
        self.done["clicks"] += 1

    def choose(self, select, value):
        self.tab.select_option(select, value)
        self.done["clicks"] += 2  # one to open it

    def press(self, key):
        self.tab.wait_for_timeout(SEEN_MS)
        with self.tab.expect_navigation():
            self.tab.keyboard.press(key)
        self.done["keys"] += 1

    def decide_view(self, ruling):
        self.tab.check("input[name=whole]")
        self.done["clicks"] += 1
        self.go(f".bulk button[value={ruling}]")
        self.go("text=Yes, decide")

    @property
    def waiting(self):
        found = re.search(r"([\d,]+) of [\d,]+ rows wait", self.tab.inner_text(".tasks"))
        return int(found[1].replace(",", "")) if found else 0


def postings(written):
    """Postings of which most say what two others say, line by line, so that many are in doubt."""
    for n in range(ROWS):
        one, other = written[n % 240], written[(n * 7 + n // 240 + 1) % 240]
        lines, others = (p["description"].splitlines() for p in (one, other))
        mixed = lines if n % 6 == 0 else lines[::2] + others[1::2]
        yield {**{name: one[name] for name in FIELDS}, "description": "\n".join(mixed)}


@pytest.mark.slow
def test_ten_thousand_rows_are_reviewed_in_a_quarter_of_an_hour(
    browser, tmp_path, written, record_property, capsys
):
    (tmp_path / "jobs.csv").write_bytes(table(list(postings(written))))
    with served(tmp_path, "--port", "0") as (page, _, _):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        tab = context.new_page()
        hand, begun = Hand(tab), time.monotonic()
        tab.goto(page.address)
        hand.go("text=Many postings")
        tab.set_input_files("#file", tmp_path / "jobs.csv")
        hand.done["clicks"] += 2
        hand.go("button.primary")
        tab.wait_for_selector("#rows")
        screened, to_review = time.monotonic() - begun, hand.waiting
        assert to_review > 9_000
        hand.choose("#decided", "no")
        hand.choose("#scope", "out")
        hand.go("text=Apply")
        hand.decide_view("neither")
        hand.choose("#scope", "")
        for bar in range(20):
            hand.choose("#chance", str(bar))
            hand.go("text=Apply")
            if not tab.locator("table.rows").count():  # no row is like that
                continue
            if bar in (9, 10):
                hand.go("tbody .main a >> nth=0")
                for _ in range(BY_HAND):
                    hand.press("n")
                hand.go(".crumbs a")
            hand.decide_view("PM" if bar < 10 else "TPM")
        assert hand.waiting == 0
        hand.press("Control+z")
        assert 0 < hand.waiting < to_review
        hand.choose("#chance", "")
        hand.go("text=Apply")
        hand.decide_view("TPM")
        assert hand.waiting == 0
        with tab.expect_download() as download:
            tab.click("a[href*='/download/csv'] >> nth=0")
        hand.done["clicks"] += 1
        taken = Path(download.value.path()).read_text(encoding="utf-8-sig")
        seconds = time.monotonic() - begun
        context.close()
    rows = list(csv.DictReader(io.StringIO(taken, newline="")))
    assert len(rows) == ROWS
    assert all(row["final_role"] for row in rows)
    assert sum(row["your_decision"] != "" for row in rows) >= to_review  # repeats come along
    with capsys.disabled():
        print(  # noqa: T201 - the figure that this is for
            f"\n{to_review:,} of {ROWS:,} rows reviewed with {hand.done['clicks']} clicks and "
            f"{hand.done['keys']} keys; the machine took {seconds:.0f} s, {screened:.1f} of them "
            "from the first visit to the table"
        )
    record_property("clicks", hand.done["clicks"])
    record_property("keys", hand.done["keys"])
    assert hand.done.total() * SECONDS_EACH < 15 * 60
