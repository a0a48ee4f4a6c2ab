"""Reading a posting: markup, lines, masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpmclassify.reading.posting import read_posting


def lines_of(text, **options):
    posting = read_posting(text, **options)
    return [posting.text[line.start : line.end] for line in posting.lines]


def masked(text, **options):
    return " ".join(line.masked for line in read_posting(text, **options).lines)


class TestMarkup:
    def test_plain_text_is_read_as_it_is(self):
        text = "Own the roadmap.\r\n\r\n  • 5 < 6 & R&D; AT&T\tcosts <10%"
        assert read_posting(text).text == text

    def test_html_blocks_become_lines(self):
        html = "<div><h2>Duties</h2><ul><li>Plan sprints</li><li>Track <b>cost</b></li></ul></div>"
        assert lines_of(html) == ["Duties", "Plan sprints", "Track cost"]

    def test_escaped_html_is_html(self):
        assert lines_of("&lt;p&gt;Plan &amp;amp; track&lt;/p&gt;&lt;p&gt;Lead&lt;/p&gt;") == [
            "Plan & track",
            "Lead",
        ]

    def test_entities_in_plain_text_are_resolved(self):
        assert read_posting("Research &amp; development&nbsp;teams &#8211; ours").text == (
            "Research & development\xa0teams \u2013 ours"
        )

    def test_scripts_and_styles_are_no_text(self):
        html = "<p>Lead</p><script>alert('x')</script><style>p{}</style><p>Plan</p>"
        assert read_posting(html).text == "Lead\nPlan"

    def test_misread_utf8_is_repaired(self):
        assert read_posting(
            "You\u00e2\u20ac\u2122ll plan \u00e2\u20ac\u201c caf\u00c3\u00a9"
        ).text == ("You\u2019ll plan \u2013 caf\u00e9")

    def test_accents_that_are_right_stay(self):
        assert read_posting("Âge, château, São Paulo: Ação").text == "Âge, château, São Paulo: Ação"

    @pytest.mark.parametrize("tag", ["div", "b", "ul", "table", "a", "unknown"])
    def test_a_hundred_thousand_nested_tags_are_read(self, tag):
        html = "<p>Own</p>" + f"<{tag}>" * 100_000 + "Plan" + f"</{tag}>" * 100_000
        assert "\n".join(lines_of(html)).split() in (["Own", "Plan"], ["OwnPlan"])

    def test_white_space_of_the_source_is_none_of_the_page(self):
        html = "<p>Plan\n   the<b> work</b> &#10; now</p>\n\n<p>\tTrack </p>"
        assert read_posting(html).text == "Plan the work now\nTrack"

    @pytest.mark.parametrize(
        "hidden",
        [
            "<!-- <p>x</p> -->", "<!-->", "<script>if (a < b) '<p>'</script >", "<STYLE>p</style>",
            "<title>Job</title>", "<noscript>Enable</noscript>", "<template><p>x</p></template>",
            "<!DOCTYPE html>", "<?xml version='1.0'?>", '<img alt="a > b">', "<a title='<p>'>",
        ],
    )  # fmt: skip
    def test_what_a_page_does_not_show_is_no_text(self, hidden):
        assert read_posting(f"<p>Lead {hidden}teams</p>").text == "Lead teams"

    def test_a_script_without_an_end_hides_the_rest(self):
        assert read_posting("<p>Lead</p><script>alert(1) <p>Plan").text == "Lead"

    def test_a_tag_without_an_end_is_text(self):
        assert read_posting("<p>Lead <b>teams</b> <a href=").text == "Lead teams <a href="

    def test_nul_and_lone_surrogates_in_html_are_harmless(self):
        assert read_posting("<p>Le\0ad</p>\ud800 <p>x</p>").text == "Lead\n\ud800\nx"


class TestLines:
    def test_bullets_numbers_and_markdown_are_not_part_of_a_line(self):
        text = "**Key duties**\n- Plan sprints\n* Track cost\n• Lead teams\n2. Report\n## Skills"
        assert lines_of(text) == [
            "Key duties", "Plan sprints", "Track cost", "Lead teams", "Report", "Skills",
        ]  # fmt: skip

    def test_sentences_are_lines(self):
        text = (
            "You own the plan, e.g. its dates. You report to Dr. Ames of Orrin Inc. in Leeds. Go!"
        )
        assert lines_of(text) == [
            "You own the plan, e.g. its dates.",
            "You report to Dr. Ames of Orrin Inc. in Leeds.",
            "Go!",
        ]

    def test_glued_sentences_are_cut(self):
        text = (
            "We build engines on .NET and Node.js.What you'll be doing:Lead reviews.Own the risks."
        )
        assert lines_of(text) == [
            "We build engines on .NET and Node.js.",
            "What you'll be doing:",
            "Lead reviews.",
            "Own the risks.",
        ]

    def test_a_single_line_that_lost_its_breaks_is_cut_at_its_duties(self):
        text = (
            "Responsibilities Work with clients to define the scope of the delivery Build lasting "
            "relations and keep expectations in check Create prototypes for review and feedback "
            "Qualifications Excellent writing and speaking skills Experience with audits"
        )
        assert lines_of(text) == [
            "Responsibilities",
            "Work with clients to define the scope of the delivery",
            "Build lasting relations and keep expectations in check",
            "Create prototypes for review and feedback",
            "Qualifications",
            "Excellent writing and speaking skills",
            "Experience with audits",
        ]

    def test_words_glued_by_a_lost_break_are_cut(self):
        text = (
            "You know JavaScript, LinkedIn and PowerPoint.Strong writing experienceDeep experience "
            "with kilns"
        )
        assert lines_of(text) == [
            "You know JavaScript, LinkedIn and PowerPoint.",
            "Strong writing experience",
            "Deep experience with kilns",
        ]

    def test_a_wrapped_sentence_is_one_line(self):
        text = "Lead the migration of our billing systems to\na platform without downtime.\nPlan it"
        assert lines_of(text) == [
            "Lead the migration of our billing systems to\na platform without downtime.",
            "Plan it",
        ]

    def test_a_list_in_lower_case_is_not_taken_for_wrapped_text(self):
        text = "manage the budgets of three building sites a year\ntrack what was delivered\nreport"
        assert len(lines_of(text)) == 3

    def test_colon_lists_are_cut_at_semicolons(self):
        assert lines_of("You will: plan the work; track the cost; report to the client.") == [
            "You will:", "plan the work;", "track the cost;", "report to the client.",
        ]  # fmt: skip

    def test_a_named_duty_keeps_its_name(self):
        assert lines_of("Risk Management: Finding what may go wrong.") == [
            "Risk Management: Finding what may go wrong."
        ]

    def test_pieces_without_letters_are_no_lines(self):
        assert lines_of("---\n***\n12.\n• \n\u200b") == []

    @given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
    def test_lines_are_ascending_slices(self, text):
        posting = read_posting(text)
        end = 0
        for line in posting.lines:
            assert end <= line.start < line.end <= len(posting.text)
            assert len(line.masked) == line.end - line.start
            end = line.end


class TestMasking:
    @pytest.mark.parametrize(
        "title",
        [
            "Technical Program Manager", "technical programme managers", "TPM", "TPMs", "TPgM",
            "Senior Project Manager II", "IT Project Manager", "project manager's", "PMO", "EPM",
            "Project/Program Manager", "Engineering Program Manager", "Program Lead",
        ],
    )  # fmt: skip
    def test_titles_are_masked(self, title):
        assert masked(f"The {title} plans") == f"The {'_' * len(title)} plans"

    @pytest.mark.parametrize(
        "words",
        ["project management", "PMP", "product manager", "engineering manager", "at 5 pm", "spms"],
    )
    def test_skills_and_other_titles_are_not(self, words):
        assert masked(f"Our {words} counts") == f"Our {words} counts"

    @pytest.mark.parametrize(
        "secret", ["https://jobs.x.io/tpm-90738", "www.a.com/b", "me.you+1@mail.co.uk", "#TPMjobs"]
    )
    def test_links_addresses_and_hashtags_are_masked(self, secret):
        assert masked(f"Write to {secret} today") == f"Write to {'_' * len(secret)} today"

    def test_a_given_employer_is_masked_with_and_without_its_suffix(self):
        text = masked("Vexmoor Ltd builds. At vexmoor Vexmoor grows.", employer="Vexmoor Ltd")
        assert text == "___________ builds. At vexmoor _______ grows."

    @pytest.mark.parametrize(
        "giveaway",
        ["About Vexmoor\n", "At Vexmoor, we build. ", "Vexmoor is an equal opportunity employer. "],
    )
    def test_an_employer_that_the_text_gives_away_is_masked_everywhere(self, giveaway):
        assert "Vexmoor" not in masked(f"{giveaway}Lead teams. Vexmoor grows.")

    def test_common_words_are_not_taken_for_employers(self):
        assert "the role" in masked("About the role\nAbout you: the role is yours.")
