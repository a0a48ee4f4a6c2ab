"""The words, marks and lengths that decide where a line begins or ends."""

# A longer piece without punctuation is cut before the words that begin a duty.
RUN_ON_LENGTH = 160
# A newline behind a line at least so long may only wrap it; so much of a line is looked at.
WRAPPED_LENGTH, SIGHT = 40, 200

# Words that open a duty or requirement: in text that lost its line breaks a new line starts there.
DUTY_VERBS = tuple(
    "Act Align Analyze Analyse Anticipate Assess Assign Assist Attend Build Champion Coach "
    "Collaborate Communicate Conduct Contribute Control Coordinate Co-ordinate Create Define "
    "Deliver Demonstrate Develop Direct Document Drive Enable Engage Ensure Escalate "
    "Establish Estimate Evaluate Execute Facilitate Follow Foster Gather Guide Handle Help "
    "Identify Implement Improve Influence Integrate Interface Lead Leverage Liaise Maintain "
    "Manage Mentor Mitigate Monitor Negotiate Operate Organize Organise Oversee Own "
    "Participate Partner Perform Plan Prepare Present Prioritize Produce Promote Provide "
    "Recommend Report Represent Resolve Responsible Review Schedule Serve Set Supervise "
    "Support Take Track Translate Understand Utilize Work".split()
)
REQUIREMENTS = (
    *"Ability Able Bachelor Bachelors Bachelor's Bachelor’s Certification Comfortable".split(),
    *"Degree Demonstrated Excellent Exceptional Experience Experienced Expert Extensive".split(),
    *"Familiar Familiarity Good Great Hands-on Highly Knowledge Master's Master’s".split(),
    *"Minimum Outstanding PMP Previous Prior Proficiency Proficient Proven Solid Strong".split(),
    *("Superior", "Track record", "Working"),
)

# "Key Technical Responsibilities": up to three of the first, then one of the second.
SECTION_QUALIFIERS = tuple(
    "Key Main Primary Core Essential Basic Minimum Preferred Required Desired Additional Other "
    "Major Principal Your Job Role Position Technical Day-to-Day".split()
)
SECTION_NAMES = tuple(
    "Responsibilities Duties Accountabilities Requirements Qualifications Skills Competencies "
    "Deliverables Benefits Education Experience Summary Overview Description".split()
)
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
QUESTION_TOPICS = tuple("you we your our to the success this in".split())
PROMISES = tuple(
    f"{who}{verb}"
    for who in ("You", "We")
    for verb in ("’ll", "'ll", " will", " are", " have", " must", " need", " bring", " should")
)
HEADING_PHRASES = (
    *("Nice to have", "Good to have", "Great to have", "Bonus points", "About you", "About us"),
    *("About the role", "About the job", "About the team", "About the position"),
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
SYMBOLS = "⁃∙⋅⦁⦿»›¶§→⇒"
DASHES = "-·*–—"
SENTENCE_ENDS = ".!?"
# What may stand between a sentence's end and the next sentence.
CLOSING, OPENING = "\"'”’)]*", "\"'“‘([*"
# Closing marks belong to the line that they end.
LINE_CLOSING = ".!?:;\"'”’)]"
HEADING_STOPS = ".:;!?\n"
BEFORE_HEADING = "*#_(.!?)"
EDGE = f" \t\u00a0\u200b\ufeff·*#|_~>=–—-{BULLETS}"
