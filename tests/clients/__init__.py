"""The nine documented operations, called with the clients that the documented page shows."""
