"""The same as `posting`, `linear_text` and `model`, compiled: a whole batch in one scan."""
