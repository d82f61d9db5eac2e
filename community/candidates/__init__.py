"""From a proposed candidate to a decision: stages, claims, second reviewers, seats."""
