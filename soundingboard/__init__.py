"""Doors and joints: the only room that sees all others."""
