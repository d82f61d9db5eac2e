"""From a suggestion to its decision, its action and the answer to whoever made it."""
