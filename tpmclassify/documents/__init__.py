"""Documents in, their plain text out."""
