"""Where the programme is going: goals, resets, the ledger and what happened outside."""
