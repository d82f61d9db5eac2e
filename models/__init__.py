"""How posts are understood. (The database tables are in store/tables.)"""
