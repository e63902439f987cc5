"""Probes of the list and its count: paging, filters, order."""
