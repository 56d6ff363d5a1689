"""Adapters to the platform above and to files: the district's export, replayed messages."""
