"""What we promised, read off the rows: kept, late, open or overdue."""
