"""A post's way: collect, understand, weigh, recruit, moderate, alert, measure, digest; one step a file."""
