"""Requirements, verdicts, and everything that turns answers into verdicts.

Sends no request: it judges exchanges that `asking` recorded.
"""
