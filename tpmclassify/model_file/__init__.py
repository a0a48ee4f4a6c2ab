"""A model as a file of arrays, never code."""
