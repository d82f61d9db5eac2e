"""What can be turned."""
