"""What the pages of the recruits share: their filter, their rows, their decisions and batches."""
