"""Two million requests to one mock: what it holds in memory along the way, and whether that grows."""
