"""A post's way: collect, understand, weigh, recruit, measure, digest; one step per file."""
