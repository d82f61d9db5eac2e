"""Whom we invite, what we promised, whether it works."""
