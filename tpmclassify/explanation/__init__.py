"""Score to explanation: evidence by line, what would flip the label, the words."""

from tpmclassify.explanation.decision import Decision, Evidence, Standing
from tpmclassify.explanation.evidence import Judgement, decide, judge

__all__ = ["Decision", "Evidence", "Judgement", "Standing", "decide", "judge"]
