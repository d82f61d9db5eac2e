"""What the listening pages are made of: filters, lines of a stream, days, themes."""
