"""Probabilities of three answers, the bounds on their scores, and the promise."""

import dataclasses

import numpy as np
import pytest

import tpmclassify
from tpmclassify.deciding.bounds import MOST_LOST, find_bounds
from tpmclassify.deciding.policy import Policy, estimate_share, logit, sigmoid
from tpmclassify.deciding.verdicts import decide_verdicts, reasons_of
from tpmclassify.scoring.models import CalibrationScores

TPM, PM, NEITHER = range(3)
MIX = (0.2 * 0.21, 0.8 * 0.21, 0.79)  # by default
NO_TITLE = np.array([np.nan])


def scores(n, generator, mix=MIX):
    """Held-out scores, well calibrated, of a sample whose mix may be another than the stated."""
    label = generator.choice(3, size=n, p=mix).astype(np.uint8)
    role = np.choose(label, [1.5, -1.5, 0.0]) + generator.normal(size=n)
    scope = np.where(label == NEITHER, -1.5, 1.5) + generator.normal(size=n)
    line = np.array([3.0, 0.0])
    return CalibrationScores(
        role_score=role,
        scope_score=scope,
        title_score=np.zeros(n),
        titled=np.zeros(n, bool),
        label=label,
        weight=np.ones(n),
        role_line=line,
        scope_line=line,
        title_line=np.array([3.0, 1.0, 0.0]),
    )


def decided(policy, role, scope, title=None, problems=(), **how):
    """What is decided about postings with such raw scores."""
    role, scope = np.atleast_1d(role).astype(float), np.atleast_1d(scope).astype(float)
    title = np.full(len(role), np.nan) if title is None else title
    how = {"has_lines": np.ones(len(role), bool), **how}
    return decide_verdicts(
        policy, role, scope, title, problems={name: np.array([True]) for name in problems}, **how
    )


@pytest.mark.parametrize("max_error", [0.02, 0.05])
@pytest.mark.parametrize("sample", [MIX, (0.4, 0.3, 0.3)])
def test_the_errors_of_every_kind_keep_to_their_bound_on_average(max_error, sample):
    """Whatever the mix of the held-out sample, at the mix that is stated."""
    of_roles, of_neither, lost = [], [], []
    for seed in range(100):
        generator = np.random.default_rng(seed)
        policy = Policy(scores(2000, generator, sample), max_error=max_error)
        new = scores(4000, generator)
        verdicts = decided(policy, new.role_score, new.scope_score).verdicts
        code = np.select([verdicts == name for name in ("TPM", "PM", "neither")], range(3), 9)
        called = code < NEITHER
        of_roles.append(np.mean((code != new.label)[called]) if called.any() else 0.0)
        of_neither.append(np.mean((new.label != NEITHER)[code == NEITHER]))
        lost.append(np.mean((code == NEITHER)[new.label != NEITHER]))
    assert np.mean(of_roles) <= max_error
    assert np.mean(of_neither) <= max_error
    assert np.mean(lost) <= MOST_LOST


def test_the_bounds_are_the_widest_that_keep_the_promise():
    """The definition, tried on every held-out score."""
    for seed in range(5):
        held_out = scores(400, np.random.default_rng(seed), (0.3, 0.4, 0.3))
        scope, label = held_out.scope_score * 3, held_out.label
        p_tpm = 1 / (1 + np.exp(-3 * held_out.role_score))
        found = find_bounds(p_tpm, scope, label, np.ones(400), max_error=0.05)
        p = np.maximum(p_tpm, 1 - p_tpm) / (1 + np.exp(-scope))
        right = np.where(p_tpm > 0.5, TPM, PM) == label
        kept = [c for c in p if (~right & (p >= c)).sum() + 1 <= 0.05 * ((p >= c).sum() + 1)]
        assert found.certainty == min(kept)
        roles = label != NEITHER
        lost = [(roles & (scope <= s)).sum() for s in scope]
        total = [(scope <= s).sum() for s in scope]
        few = [
            n + 1 <= 0.01 * (roles.sum() + 1) and n + 1 <= 0.05 * (m + 1)
            for n, m in zip(lost, total, strict=True)
        ]
        assert found.neither == max(scope[few], default=-np.inf)


def test_a_stricter_promise_decides_less(classifier):
    calibration = classifier.model_.calibration
    shares = []
    for max_error in (0.01, 0.02, 0.05):
        policy = Policy(calibration, max_error=max_error)
        verdicts = decided(policy, calibration.role_score, calibration.scope_score).verdicts
        shares.append(np.isin(verdicts, ("TPM", "PM")).mean())
    assert 0 < shares[0] < shares[1] < shares[2]


def test_where_the_roles_are_rare_fewer_are_decided(classifier):
    calibration = classifier.model_.calibration
    least = [
        Policy(calibration, in_scope_share=share, max_error=0.05).bounds[1].certainty
        for share in (0.5, 0.21, 0.1)
    ]
    assert least == sorted(least)


def test_a_title_that_is_given_has_bounds_of_its_own(classifier):
    without, with_title = classifier.policy().bounds
    assert without != with_title


@pytest.mark.parametrize("label", [TPM, PM])
def test_with_one_role_alone_no_role_is_decided(label):
    held_out = scores(600, np.random.default_rng(0))
    one = np.where(held_out.label == NEITHER, NEITHER, label).astype(np.uint8)
    policy = Policy(dataclasses.replace(held_out, label=one), max_error=0.5)
    assert decided(policy, 100.0, 100.0).verdicts.tolist() == ["review"]


def test_without_other_jobs_nothing_is_out_of_scope():
    held_out = scores(600, np.random.default_rng(0), (0.5, 0.5, 0.0))
    held_out = dataclasses.replace(held_out, scope_score=np.full(600, 3.0))
    policy = Policy(held_out, max_error=0.1)
    assert decided(policy, [100.0, -100.0], [3.0, 3.0]).verdicts.tolist() == ["TPM", "PM"]


def test_without_held_out_scores_everything_is_reviewed():
    policy = Policy(CalibrationScores.none())
    assert decided(policy, [100.0, -100.0], [100.0, -100.0]).verdicts.tolist() == ["review"] * 2


def test_log_odds_are_lines_through_the_raw_scores():
    lines = dataclasses.replace(
        CalibrationScores.none(),
        role_line=np.array([3.0, -0.5]),
        scope_line=np.array([2.0, 0.5]),
        title_line=np.array([4.0, 3.0, -1.0]),
    )
    policy = Policy(lines, prevalence=0.5, in_scope_share=0.5)
    found = decided(policy, [2.0, 2.0], [1.5, 1.5], np.array([np.nan, 0.25]))
    assert found.score.tolist() == [5.5, 5.5]
    assert found.scope_score.tolist() == [3.5, 5.75]
    assert found.p_tpm.tolist() == [sigmoid(5.5)] * 2
    assert found.p_in_scope.tolist() == [sigmoid(3.5), sigmoid(5.75)]


def test_the_stated_mix_shifts_the_log_odds(classifier):
    text = "Manage the project budget and schedule with engineering teams across programs."
    usual = classifier.classify(text)
    other = tpmclassify.load().set_params(prevalence=0.1, in_scope_share=0.5).classify(text)
    assert other.score - usual.score == pytest.approx(logit(0.1) - logit(0.2), abs=1e-9)
    assert other.scope_score - usual.scope_score == pytest.approx(-logit(0.21), abs=1e-9)
    assert other.evidence == usual.evidence


@pytest.mark.parametrize("p", [1e-9, 0.2, 0.5, 0.999])
def test_log_odds_and_probability_are_inverse(p):
    assert sigmoid(logit(p)) == pytest.approx(p, rel=1e-12)


def test_no_score_is_too_large_for_a_probability():
    assert sigmoid(5000.0) == 1.0
    assert sigmoid(-5000.0) == 0.0


def test_a_tie_goes_to_the_commoner_role():
    policy = Policy(CalibrationScores.none(), prevalence=0.5)
    assert decided(policy, [-1e-9, 0.0, 1e-9], [0.0] * 3).labels.tolist() == ["PM", "PM", "TPM"]


@pytest.fixture(scope="module")
def policy():
    return Policy(scores(2000, np.random.default_rng(0)), max_error=0.05)


def reasons(policy, log_odds, scope, *, problems=(), n_lines=5, unread=False):
    """Why a posting of such log-odds goes to review."""
    found = decided(
        policy,
        (log_odds - policy.shift) / policy.slope,
        (scope - policy.scope_prior) / 3.0,
        problems=problems,
        has_lines=np.array([n_lines > 0]),
        unread=np.array([unread]),
    )
    return reasons_of(int(found.reasons[0]))


def test_a_verdict_needs_its_certainty(policy):
    certainty, neither = policy.bounds[0]
    sure, least = 30.0, logit(certainty)
    for side in (1, -1):
        assert reasons(policy, side * (least + 1e-6), sure) == ()
        assert reasons(policy, side * (least - 1e-6), sure) == ("uncertain",)
    assert reasons(policy, sure, least + 1e-6) == ()
    assert reasons(policy, sure, least - 1e-6) == ("out_of_scope",)
    assert reasons(policy, least + 0.2, least + 0.1) == ("out_of_scope",)
    assert reasons(policy, least + 0.1, least + 0.2) == ("uncertain",)
    assert reasons(policy, 0.0, neither + 1e-6) == ("uncertain", "out_of_scope")
    assert reasons(policy, 0.0, neither - 1e-6) == ()


@pytest.mark.parametrize("problem", ["too_short", "too_little_evidence", "not_english", "resume"])
def test_what_cannot_be_read_is_named(policy, problem):
    assert reasons(policy, 30.0, 30.0, problems=(problem,)) == (problem,)


def test_another_job_that_cannot_be_read_is_reviewed(policy):
    neither = policy.bounds[0].neither - 1
    assert reasons(policy, 0.0, neither, problems=("too_short",)) == ("too_short",)


def test_few_duties_hold_back_neither_role_but_not_another_job(policy):
    neither = policy.bounds[0].neither - 1
    assert reasons(policy, 0.0, neither, problems=("too_little_evidence",)) == ()


@pytest.mark.parametrize("how", [{"n_lines": 0}, {"unread": True}, {"unread": True, "n_lines": 0}])
def test_a_text_that_was_not_read_has_no_other_reason(policy, how):
    expected = "too_long" if "unread" in how else "empty"
    assert reasons(policy, 0.0, -2.0, problems=("too_short",), **how) == (expected,)


@pytest.mark.parametrize(
    "setting",
    [
        {"prevalence": 0.0},
        {"prevalence": 1},
        {"prevalence": "x"},
        {"in_scope_share": -1},
        {"max_error": 1.5},
    ],
)
def test_settings_out_of_range_say_what_is_legal(setting):
    classifier = tpmclassify.load().set_params(**setting)
    ((name, value),) = setting.items()
    legal = rf"'{name}' parameter .* in the range \(0.0, 1.0\). Got {value!r} instead"
    with pytest.raises(tpmclassify.PostingError, match=legal):
        classifier.classify("text")


def test_settings_may_be_numbers_of_numpy():
    classifier = tpmclassify.load().set_params(prevalence=np.float32(0.25))
    decision = classifier.classify("Manage the project schedule.")
    assert decision.made_by.settings["prevalence"] == 0.25


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_the_share_in_a_batch_is_found(share):
    generator = np.random.default_rng(0)
    is_tpm = generator.random(20_000) < share
    x = np.where(is_tpm, 1.0, -1.0) + generator.normal(size=len(is_tpm))
    p_at_even_odds = 1 / (1 + np.exp(-2 * x))
    found = estimate_share(p_at_even_odds, np.ones(len(x)), assumed=0.5)
    assert found == pytest.approx(share, abs=0.02)


def test_rows_of_a_batch_count_as_often_as_they_occur():
    p, counts = np.array([0.9, 0.2, 0.6]), np.array([3, 1, 2])
    repeated = estimate_share(np.repeat(p, counts), np.ones(6), assumed=0.4)
    assert estimate_share(p, counts, assumed=0.4) == pytest.approx(repeated, abs=1e-9)


@pytest.mark.parametrize("assumed", [0.1, 0.5, 0.8])
def test_the_share_found_does_not_depend_on_the_one_assumed(assumed):
    even = np.array([0.95, 0.9, 0.3, 0.05, 0.02])
    odds = even / (1 - even) * assumed / (1 - assumed)
    found = estimate_share(odds / (1 + odds), np.ones(5), assumed=assumed)
    assert found == pytest.approx(estimate_share(even, np.ones(5), assumed=0.5), abs=1e-4)


def test_a_batch_that_hardly_tells_anything_gets_an_answer_all_the_same():
    found = estimate_share(np.full(3, 0.5001), np.ones(3), assumed=0.5)
    assert 0.5 < found < 1.0
