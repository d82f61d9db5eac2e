"""Who may come in: passwords, sessions, one-time links, tokens, and the log of what they did."""
