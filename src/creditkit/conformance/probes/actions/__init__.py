"""Probes of the two compensation actions and of the history of consumptions."""
