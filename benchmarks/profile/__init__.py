"""Where the time of one request goes, step by step, without a server around the app.

cProfile says how the time is shared among the steps; how much there is to share is measured without it. What
a function of C takes belongs to the step that called it.
"""
