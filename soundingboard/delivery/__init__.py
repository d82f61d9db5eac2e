"""What leaves the house for a reader: now the digest, rendered as HTML and text."""
