"""The house's look: one stylesheet and one script that every page of this kit begins with.

    style = stylesheet() + …        # the page's own rules come after it
    script = script() + …           # and find `house.all`, `house.paint` and `house.paintJson`

A page that uses them has a button `#theme`, a `header.banner` that is `good`, `bad` or `open`, and JSON in
`code.json`.
"""

from .look import script as script
from .look import stylesheet as stylesheet
