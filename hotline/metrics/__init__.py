"""Prometheus collectors, one module a process (OPS.md)."""
