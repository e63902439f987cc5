"""A contract read for its reviewers."""
