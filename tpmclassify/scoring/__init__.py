"""Terms in; exact scores and their parts out."""
