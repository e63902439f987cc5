"""Sends requests to a deployment: client, guard, ownership journal, and the lab that probes work in.

Knows a URL and the contract, and nothing of requirements or verdicts.
"""
