"""The journalled store beside TinyDB's own storages: the same operations on one machine."""
