"""A posting's text in; its lines, masks and terms out."""
