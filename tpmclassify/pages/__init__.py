"""Results in words and HTML."""
