"""Probes: a module for each group of requirements, a generator function for each requirement.

A probe is given a `Lab`, sends requests, and yields a `Failure` for each way in which its requirement is
broken. It knows a URL and the contract, and nothing of what is behind the URL.
"""
