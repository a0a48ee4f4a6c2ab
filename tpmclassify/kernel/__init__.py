"""The same as `posting`, `linear_text` and `model`, compiled: a whole batch in one scan."""

from tpmclassify.kernel.texts import score_texts

__all__ = ["score_texts"]
