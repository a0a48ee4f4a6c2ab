"""The words, marks and lengths that decide where a line begins or ends."""

# A longer piece without punctuation is cut before the words that begin a duty; and one that is not
# that long where no capital before makes a name of them ("Customer Support").
RUN_ON_LENGTH, SHORT_RUN_ON_LENGTH = 160, 80
# A newline behind a line at least so long may only wrap it; so much of a line is looked at.
WRAPPED_LENGTH, WRAPPED_BEFORE_MASK, SIGHT = 40, 20, 200

# Words that open a duty or requirement: in text that lost its line breaks a new line starts there.
_VERBS = tuple(
    "Act Align Analyze Analyse Anticipate Assess Assign Assist Attend Build Champion Coach "
    "Collaborate Communicate Conduct Contribute Control Coordinate Co-ordinate Create Define "
    "Deliver Demonstrate Design Develop Direct Document Drive Enable Engage Ensure Escalate "
    "Establish Estimate Evaluate Execute Facilitate Follow Foster Gather Guide Handle Help "
    "Identify Implement Improve Influence Integrate Interface Lead Leverage Liaise Maintain "
    "Manage Mentor Mitigate Monitor Negotiate Operate Organize Organise Oversee Own "
    "Participate Partner Perform Plan Prepare Present Prioritize Produce Promote Provide "
    "Recommend Report Represent Resolve Review Schedule Serve Set Supervise "
    "Support Take Track Translate Troubleshoot Understand Utilize Work".split()
)
# "Manages the budget": not where one is glued to a word ("SolidWorks").
THIRD_PERSONS = tuple(
    f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}{'es' if verb.endswith('ch') else 's'}"
    for verb in _VERBS
)
DUTY_VERBS = (*_VERBS, "Responsible")
REQUIREMENTS = (
    *"Ability Able Bachelor Bachelors Bachelor's Bachelor’s Certification Comfortable".split(),
    *"Degree Demonstrated Excellent Exceptional Experience Experienced Expert Extensive".split(),
    *"Familiar Familiarity Good Great Hands-on Highly Knowledge Master's Master’s".split(),
    *"Minimum Outstanding PMP Previous Prior Proficiency Proficient Proven Solid Strong".split(),
    *"Advanced Capable Expertise Exposure Fluency Fluent Knowledgeable Passion Passionate".split(),
    *("Attention to detail", "Superior", "Track record", "Understanding", "Willingness", "Working"),
)

# Of these a name before may make a compound: "Customer Experience", "Campus Security Report".
COMPOUND_WORDS = (
    *THIRD_PERSONS,  # "Business Partners", "Integrated Project Plans"
    *"Act Certification Control Degree Design Direct Document Expert Follow Guide Handle".split(),
    *"Help Influence Interface Knowledge Lead Own Partner Plan Report Review Schedule Set".split(),
    *("Support", "Understanding", "Work", "Working"),
    *("Experience and", "Experience (CX)", "Experience (UX)"),
)
# Behind one of these no duty and no section begins: "Statements of Work", "as Support Engineer".
JOINING_WORDS = tuple(
    "a all an and any are as at be between both bring brings by following for from has have her "
    "his how ideally in include includes including into is its least minimum need needs of on or "
    "other our over plus possess preferably require requires than that the their this through to "
    "via with your".split()
)

# "Key Technical Responsibilities": up to three of the first, then one of the second.
_SECTION_QUALIFIERS = (
    "Key Main Primary Core Essential Basic Minimum Preferred Required Desired Additional Other "
    "Major Principal Your Job Role Position Technical Day-to-Day"
)
_SECTION_NAMES = (
    "Responsibilities Duties Accountabilities Requirements Qualifications Skills Competencies "
    "Deliverables Benefits Education Experience Summary Overview Description"
)
SECTION_QUALIFIERS = tuple(f"{_SECTION_QUALIFIERS} {_SECTION_QUALIFIERS.upper()}".split())
CAPITAL_SECTION_NAMES = tuple(_SECTION_NAMES.upper().split())
SECTION_NAMES = (*_SECTION_NAMES.split(), *CAPITAL_SECTION_NAMES)
# A qualifier and a section that are glued to the word before: "experienceKey Responsibilities".
GLUED_QUALIFIERS = ("Key ", "Minimum ", "Preferred ", "Required ")
GLUED_SECTIONS = tuple("Responsibilities Requirements Qualifications".split())
# Before a section's name these make a compound: "Position Description".
NO_SECTION_BEHIND = tuple("Position Job Role".split())

# Headings in other words: "What you will do", "You’ll need", "About the team".
QUESTIONS = tuple(
    f"{word}{short} "
    for word in "What Who How Why Where Ways".split()
    for short in ("", "’s", "'s", "’ll", "'ll")
)
QUESTION_TOPICS = tuple(
    "you we your our to the success this in would makes You We Your Our To The Would Makes".split()
)
PROMISES = tuple(
    f"{who}{verb}"
    for who in ("You", "We")
    for verb in ("’ll", "'ll", " will", " are", " have", " must", " need", " bring", " should")
)
HEADING_PHRASES = (
    *("Nice to have", "Good to have", "Great to have", "Bonus points", "About you", "About us"),
    *("About the role", "About the job", "About the team", "About the position", "In this role"),
)
# How far the colon may stand behind such a heading.
AFTER_SECTION, AFTER_QUESTION, AFTER_PROMISE = 30, 78, 54
HEADING_SIGHT = 90

# A full stop after one of these ends no sentence; nor after a capital or one or two digits.
ABBREVIATIONS = tuple(
    "vs Inc Ltd Co Corp Dr Mr Ms Mrs Sr Jr St No Nos approx incl Dept vol min max Ph".split()
)
# Words that open a sentence, and that no name ends on: glued to what stands before, they cut.
OPENERS = tuple("What Who Why How Where When You Your We Our The This These They About If".split())
# Words of two capitals: "LinkedIn", "ServiceNow".
GLUED_NAMES = tuple(
    "Linked Tensor Service Master Project Product java type power share mac open you".split()
)

NEWLINES = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
BULLETS = "•●▪◦‣■□►➢➤✓✔❖◆"
# Marks that serve as bullets where white space stands before them; other symbols do, too.
SYMBOLS = "⁃⁌⁍∙⋅⦁⦿»›¶§¤→⇒†‡※・∗∘"
DASHES = "-·*–—"
SENTENCE_ENDS = ".!?"
# What may stand between a sentence's end and the next sentence.
CLOSING, OPENING = "\"'”’)]*", "\"'“‘([*"
# Closing marks belong to the line that they end.
LINE_CLOSING = ".!?:;\"'”’)]"
HEADING_STOPS = ".:;!?\n"
BEFORE_HEADING = "*#_(.!?)"
EDGE = f" \t\u00a0\u200b\ufeff·*#|_~>=–—-{BULLETS}"
