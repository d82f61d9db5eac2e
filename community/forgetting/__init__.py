"""Erasing a person for good: what goes, what is redacted, what must not come back."""
