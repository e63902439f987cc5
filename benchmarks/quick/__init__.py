"""The mock beside its stock engine and a bare server: no Node, no wrk, under a minute.

Two kinds of figures that a busy machine leaves alone: processor time for a request, taken side by side, and
the number of function calls in it, which is the same every time.
"""
