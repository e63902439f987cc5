"""Probes of who may see and do what: credentials, roles, and credits that do not exist."""
