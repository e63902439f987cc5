"""A request becomes values: bodies, fields, forms and queries, read as leniently as by the real server."""
