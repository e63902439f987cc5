"""The selftest: faults that are there on purpose, and what finds them."""
