"""The same as `posting`, `linear_text` and `model`, compiled: a whole batch in one scan."""

from tpmclassify.kernel.texts import find_flips, score_texts

__all__ = ["find_flips", "score_texts"]
