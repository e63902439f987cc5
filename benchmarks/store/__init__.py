"""The journalled store beside TinyDB's own storages: the same operations, in turns, on one machine.

rows        what is stored
subjects    the six stores behind the same operations
life        the process that holds one of them
measure     all operations at all stores and sizes, in turns
threads     what a promise against loss of power costs one writer, and sixteen
tables      what was found, as Markdown
"""
