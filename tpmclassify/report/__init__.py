"""Pages that stand alone: one decision, or a whole screening; their templates, plots and look."""

from tpmclassify.report.decision import decision_fragment, decision_page
from tpmclassify.report.figures import ScreeningFigures
from tpmclassify.report.screening import ScreeningReport

__all__ = ["ScreeningFigures", "ScreeningReport", "decision_fragment", "decision_page"]
