r"""YAML and JSON text read into plain values, each with its line and column, and JSON Pointers into them.

    >>> tree = read_document("info:\n  title: Credits\n", "openapi.yaml")
    >>> tree.value, tree.position("/info/title")
    ({'info': {'title': 'Credits'}}, (2, 3))

The one place that decides what a YAML scalar means. Used for contracts and seeds; knows neither.
"""

from .pointers import Missing as Missing
from .pointers import escape as escape
from .pointers import find as find
from .pointers import from_fragment as from_fragment
from .pointers import index as index
from .pointers import join as join
from .pointers import last as last
from .pointers import tokens as tokens
from .reading import read_document as read_document
from .tree import DocumentError as DocumentError
from .tree import Tree as Tree
from .tree import as_dict as as_dict
from .tree import as_list as as_list
