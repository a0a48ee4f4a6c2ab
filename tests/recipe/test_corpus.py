"""What the recipe learns from: groups of postings, names in use, annotated lines."""

import csv
from pathlib import Path

from recipe.alignment import AnnotatedLine, align
from recipe.corpus import connected_groups
from recipe.names_in_use import names_in_use
from tpmclassify.reading.posting import read_posting
from tpmclassify.scoring.tfidf import LINE_CLASSES

ROOT = Path(__file__).parent.parent.parent


def test_postings_that_share_an_employer_or_a_cluster_are_one_group():
    groups = connected_groups(["a", "b", "b", "c", "d"], [1, 1, 2, 2, 3])
    assert len(set(groups[:4])) == 1
    assert groups[4] != groups[0]


def test_makers_names_are_told_from_words():
    texts = ["We use Zorblat. Zorblat helps.", "Open doors, open minds; an open mind"]
    postings = [read_posting(text) for text in texts]
    names = names_in_use(postings, ["zorblat"] * 3 + ["open"] * 3)
    assert names == {"zorblat"}


def test_annotations_follow_their_words_to_our_lines():
    annotated = [
        AnnotatedLine("[COMPANY] grows.", "none", "none"),
        AnnotatedLine("The [ROLE] plans the work and", "project_planning", "PM"),
        AnnotatedLine("tracks it. Leads teams", "communication", "neutral"),
    ]
    posting = read_posting(
        "Vexmoor grows.\nThe project manager plans the work and tracks it.\nLeads teams"
    )
    found = [line.responsibility if line else None for line in align(posting, annotated)]
    assert found == ["none", "project_planning", "communication"]


def test_every_line_of_the_written_postings_is_annotated(written):
    with (ROOT / "datasets/lines.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    annotated = {(row["posting_id"], int(row["start"]), int(row["end"])) for row in rows}
    lines = {
        (entry["posting_id"], line.start, line.end)
        for entry in written
        for line in read_posting(entry["description"], employer=entry["employer"]).lines
    }
    assert annotated == lines
    assert {row["responsibility"] for row in rows} == set(LINE_CLASSES)
    assert {row["lean"] for row in rows} == {"TPM", "PM", "neutral", "none"}
