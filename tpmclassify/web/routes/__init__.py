"""What the page answers, address by address."""
