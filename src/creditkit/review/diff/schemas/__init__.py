"""The comparison of two schemas, keyword by keyword and member by member."""

from .comparison import SchemaComparison as SchemaComparison
from .comparison import deprecation as deprecation
from .context import Location as Location
