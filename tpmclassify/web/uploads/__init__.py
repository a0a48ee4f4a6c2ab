"""Tables that were uploaded, and the work on them."""
