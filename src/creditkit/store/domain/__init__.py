"""What a world is made of and its rules: values, clock, figures. Pure functions; nothing is stored here."""
