"""Screenings that the page keeps."""
