"""Probes of what holds for every request: methods, identifiers, repeated reads."""
