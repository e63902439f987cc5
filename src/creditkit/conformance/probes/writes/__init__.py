"""Probes of create, update and delete, and of bad input."""
