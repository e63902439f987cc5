"""Exports: a world's answers as files for tools that answer without a server, MSW and Playwright.

>>> from creditkit.export import Form, export
>>> export(Form.MSW, Path("handlers.js"))  # doctest: +SKIP
"""

from .answers import Exported as Exported
from .answers import answers_of as answers_of
from .command import Options as Options
from .command import export as export
from .command import verify as verify
from .rendering import Form as Form
from .stamp import contract_hash as contract_hash
