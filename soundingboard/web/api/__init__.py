"""The interface for programs, /api/v1: one noun per file."""
