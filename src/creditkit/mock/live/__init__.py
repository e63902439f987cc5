"""The live page: what reaches a mock, as it comes, and the world behind it.

One document without a build step that fetches nothing from elsewhere. All that it shows and does goes through
the control API (`control.yaml`); without script there is nothing to see.
"""

from .page import page

__all__ = ["page"]
