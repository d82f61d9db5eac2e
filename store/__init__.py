"""What we remember: tables, the session, migrations and one file of queries per noun."""
