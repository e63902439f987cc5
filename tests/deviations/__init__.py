"""The catalogue of deviations, as data and as a page."""
