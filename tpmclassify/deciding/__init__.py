"""Scores in; verdicts and their grounds out."""
