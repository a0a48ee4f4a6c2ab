"""Score to explanation: evidence by line, what would flip the label, the words."""

from tpmclassify.explanation.decision import Decision, Evidence, Standing
from tpmclassify.explanation.evidence import Judgement, decide, judge
from tpmclassify.explanation.flips import find_flips

__all__ = ["Decision", "Evidence", "Judgement", "Standing", "decide", "find_flips", "judge"]
