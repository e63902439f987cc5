"""Conformance: whether a deployment keeps the contract, judged from outside.

Knows a base URL and the contract, never the mock. So far this is how schemathesis is run:
`schemathesis.toml` says which checks hold it to what, `creditkit.conformance.hooks` tells it what the
contract says in words of its own.
"""
