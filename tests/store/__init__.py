"""Every store keeps one contract: in memory, on SQLite, on PostgreSQL."""
