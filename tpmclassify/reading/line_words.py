"""The words and lengths that decide where a line begins or ends; sets of words, by their bits."""

from itertools import product

SETS: dict[int, tuple[str, ...]] = {}


def word_set(words: str, *phrases: str) -> int:
    """Make a set of the words between the spaces of a string, and of phrases; returns its bit."""
    bit = 1 << len(SETS)
    SETS[bit] = (*words.split(), *phrases)
    return bit


def words_of(sets: int) -> list[str]:
    """The words of all sets whose bits are given."""
    return [word for bit, words in SETS.items() if bit & sets for word in words]


# A longer piece without punctuation is cut before the words that begin a duty; and one that is not
# that long where no capital before makes a name of them ("Customer Support").
RUN_ON_LENGTH, SHORT_RUN_ON_LENGTH = 160, 80
# A newline behind a line at least so long may only wrap it; so much of a line is looked at.
WRAPPED_LENGTH, WRAPPED_BEFORE_MASK, SIGHT = 40, 20, 200

# Words that open a duty or requirement: in text that lost its line breaks a new line starts there.
_VERBS = (
    "Act Align Analyze Analyse Anticipate Assess Assign Assist Attend Build Champion Coach "
    "Collaborate Communicate Conduct Contribute Control Coordinate Co-ordinate Create Define "
    "Deliver Demonstrate Design Develop Direct Document Drive Enable Engage Ensure Escalate "
    "Establish Estimate Evaluate Execute Facilitate Follow Foster Gather Guide Handle Help "
    "Identify Implement Improve Influence Integrate Interface Lead Leverage Liaise Maintain "
    "Manage Mentor Mitigate Monitor Negotiate Operate Organize Organise Oversee Own "
    "Participate Partner Perform Plan Prepare Present Prioritize Produce Promote Provide "
    "Recommend Report Represent Resolve Review Schedule Serve Set Supervise "
    "Support Take Track Translate Troubleshoot Understand Utilize Work"
)
DUTY_VERBS = word_set(_VERBS, "Responsible")
# "Manages the budget": not where one is glued to a word ("SolidWorks").
THIRD_PERSONS = word_set(
    f"{_VERBS} ".replace("y ", "ie ").replace("ch ", "che ").replace(" ", "s ")
)
REQUIREMENTS = word_set(
    "Ability Able Bachelor Bachelors Bachelor's Bachelor’s Certification Comfortable Degree "
    "Demonstrated Excellent Exceptional Experience Experienced Expert Extensive Familiar "
    "Familiarity Good Great Hands-on Highly Knowledge Master's Master’s Minimum Outstanding PMP "
    "Previous Prior Proficiency Proficient Proven Solid Strong Advanced Capable Expertise Exposure "
    "Fluency Fluent Knowledgeable Passion Passionate Superior Understanding Willingness Working",
    *("Attention to detail", "Track record"),
)

# Of these a name before may make a compound: "Customer Experience", "Campus Security Report",
# "Business Partners", "Integrated Project Plans".
COMPOUND_WORDS = THIRD_PERSONS | word_set(
    "Act Certification Control Degree Design Direct Document Expert Follow Guide Handle Help "
    "Influence Interface Knowledge Lead Own Partner Plan Report Review Schedule Set Support "
    "Understanding Work Working",
    *("Experience and", "Experience (CX)", "Experience (UX)"),
)
# Behind one of these no duty and no section begins: "Statements of Work", "as Support Engineer".
JOINING_WORDS = word_set(
    "a all an and any are as at be between both bring brings by following for from has have her "
    "his how ideally in include includes including into is its least minimum need needs of on or "
    "other our over plus possess preferably require requires than that the their this through to "
    "via with your"
)

# "Key Technical Responsibilities": up to three of the first, then one of the second.
_SECTION_QUALIFIERS = (
    "Key Main Primary Core Essential Basic Minimum Preferred Required Desired Additional Other "
    "Major Principal Your Job Role Position Technical Day-to-Day "
)
_SECTION_NAMES = (
    "Responsibilities Duties Accountabilities Requirements Qualifications Skills Competencies "
    "Deliverables Benefits Education Experience Summary Overview Description"
)
SECTION_QUALIFIERS = word_set(_SECTION_QUALIFIERS + _SECTION_QUALIFIERS.upper())
CAPITAL_SECTION_NAMES = word_set(_SECTION_NAMES.upper())
SECTION_NAMES = CAPITAL_SECTION_NAMES | word_set(_SECTION_NAMES)
# A qualifier and a section that are glued to the word before: "experienceKey Responsibilities".
GLUED_QUALIFIERS = word_set("", "Key ", "Minimum ", "Preferred ", "Required ")
GLUED_SECTIONS = word_set("Responsibilities Requirements Qualifications")
# Before a section's name these make a compound: "Position Description".
NO_SECTION_BEHIND = word_set("Position Job Role")

# Headings in other words: "What you will do", "You’ll need", "About the team".
_QUESTIONS = product("What Who How Why Where Ways".split(), ("", "’s", "'s", "’ll", "'ll"), " ")
QUESTIONS = word_set("", *map("".join, _QUESTIONS))
QUESTION_TOPICS = word_set(
    "you we your our to the success this in would makes You We Your Our To The Would Makes"
)
_PROMISES = product(("You ", "We "), "will are have must need bring should".split())
PROMISES = word_set("You’ll You'll We’ll We'll", *map("".join, _PROMISES))
HEADING_PHRASES = word_set(
    "",
    *("Nice to have", "Good to have", "Great to have", "Bonus points", "About you", "About us"),
    *("About the role", "About the job", "About the team", "About the position", "In this role"),
)
# How far the colon may stand behind such a heading.
AFTER_SECTION, AFTER_QUESTION, AFTER_PROMISE = 30, 78, 54
HEADING_SIGHT = 90

YEARS = word_set("", " year")
# A full stop after one of these ends no sentence; nor after a capital or one or two digits.
ABBREVIATIONS = word_set(
    "vs Inc Ltd Co Corp Dr Mr Ms Mrs Sr Jr St No Nos approx incl Dept vol min max Ph"
)
# Words that open a sentence, and that no name ends on: glued to what stands before, they cut.
OPENERS = word_set("What Who Why How Where When You Your We Our The This These They About If")
# Words of two capitals: "LinkedIn", "ServiceNow".
GLUED_NAMES = word_set(
    "Linked Tensor Service Master Project Product java type power share mac open you"
)
