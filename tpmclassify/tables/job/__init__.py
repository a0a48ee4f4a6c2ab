"""A screening of a file: how it runs, stops and goes on."""
