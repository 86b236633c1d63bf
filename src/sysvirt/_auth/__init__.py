"""Logging in, without I/O: SASL mechanisms, and the file with credentials."""
