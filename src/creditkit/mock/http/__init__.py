"""The connection: the server, its socket and limits, and the lines that the mock prints when it starts."""
