"""How the shipped model came to be: its training rows from postings that cannot be published."""
