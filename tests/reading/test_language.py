"""What cannot carry a decision is named: too short, too little, foreign, a person's history."""

import pytest

from tpmclassify.reading.batch import Texts
from tpmclassify.reading.language import tallies_of

DUTIES = (
    "Manage the project plan and the budget with the vendors and the teams.\n"
    "Track the schedule, the costs and the risks of your projects every week.\n"
    "Report to the sponsors on the progress of the work and on open issues.\n"
)
GERMAN = (
    "Sie steuern Projekte und verantworten das Budget sowie die Termine aller Gewerke.\n"
    "Sie berichten an die Leitung und stimmen sich mit den Kunden und Lieferanten ab.\n"
    "Sie erstellen Berichte, pflegen den Plan und verfolgen offene Punkte mit dem Team.\n"
    "Ihr Profil: Studium im Bauwesen, Erfahrung in der Leitung von Projekten, gute Kenntnisse.\n"
)
CHINESE = (
    "负责制定并管理项目计划，协调各团队的资源与进度，控制预算和风险，并向管理层汇报项目状态。\n" * 4
)
RESUME = (
    "Jane Doe, Project Manager\nManaged the store projects, Acme, 2019 - 2023\n"
    "Led the plan and budget of refits, Globex, 2015 - 2019\n"
    "Coordinated vendors and schedules, Initech, 2011 - 2015\nBSc Civil Engineering, 2010\n"
)
SHORT_RESUME = (
    "Ali Moreno\nali@example.org | Lyon\nExperience\nProgram Manager, Heronworks, 2020 - present\n"
    "Launched a payments platform with eight teams\nNegotiated contracts with suppliers\n"
    "Reduced the time of releases by a third\nEducation\nBSc Physics, 2016\n"
)
TOWNS = "Offices: " + ", ".join(f"Åkersköldsvägen{i}" for i in range(4)) + ".\n"
YEARS = "Founded 1999, in 2005, 2010, 2012, 2015 and 2020 you and we grew. "


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (DUTIES, (), "three lines of duties are enough"),
        ("Manage the project plan.", ("too_short", "too_little_evidence"), "one line"),
        ("We are a friendly company in many towns. " * 9, ("too_little_evidence",), "no duty"),
        (GERMAN, ("not_english",), "another language"),
        (CHINESE + "Manage the project plan and budget.", ("not_english",), "one English line"),
        (DUTIES * 3 + TOWNS, (), "names of places do not tip it"),
        (DUTIES * 2 + GERMAN.replace("\n", " "), (), "nor does a foreign paragraph"),
        (RESUME, ("resume",), "posts from a year to a year, nobody spoken to"),
        (SHORT_RESUME, ("resume",), "a post or two, and what was done there"),
        (DUTIES + YEARS * 2, (), "a company's history"),
    ],
)
def test_what_cannot_be_decided_on_is_named(classifier, text, expected, why):
    problems = classifier.score_texts(Texts.of([text])).problems
    found = tuple(name for name, is_one in problems.items() if is_one[0])
    assert set(expected) <= set(found), why
    assert expected or not found, why


def test_words_are_counted_by_kind():
    words = "you plan the données of 2019 and 三体 in 1850 managed".split()
    assert tallies_of(words) == [11, 3, 1, 41, 9, 1, 1]
