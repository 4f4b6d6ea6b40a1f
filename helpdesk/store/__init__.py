"""The store: SQLAlchemy Core, one set of queries for SQLite and PostgreSQL. The only package that knows SQL."""
