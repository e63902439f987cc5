"""Seeds: reading and checking the YAML file from which a world grows, and the gallery of such files."""
