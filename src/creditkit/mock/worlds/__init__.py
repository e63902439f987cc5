"""The worlds of clients: which world a request is for, and the log of the requests that each world got."""
