"""A contract as its files have it: read, with its references resolved and the place of every value.

>>> source = read_source("openapi.yaml")
>>> source.version, str(source.place("/info/title"))
('3.0', 'openapi.yaml:29:3')
"""

from .git import read_revision as read_revision
from .grammar import MEMBERS as MEMBERS
from .grammar import METHODS as METHODS
from .grammar import Node as Node
from .grammar import OperationNode as OperationNode
from .grammar import operations_of as operations_of
from .grammar import walk as walk
from .limits import Limits as Limits
from .references import Broken as Broken
from .references import follow as follow
from .source import Place as Place
from .source import Source as Source
from .source import parse_source as parse_source
from .source import read_source as read_source
