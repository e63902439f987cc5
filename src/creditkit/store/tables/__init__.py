"""The tables of a world as TinyDB documents: rows, indexes, content, and the database that changes them."""
