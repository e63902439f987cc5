"""Data files for other programs: export, import and repair, as `creditkit store` offers them."""
