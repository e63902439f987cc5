"""Contracts: read, resolved, and compiled so that requests and answers can be checked against them.

    >>> from creditkit.contract import API, load
    >>> contract = load(API)
    >>> sorted(contract.operations)[0]
    'customer_credits_apply_compensations'

Knows nothing of HTTP servers, worlds or handlers.
"""

from .document import API as API
from .document import CONTROL as CONTROL
from .document import SUPPORTING as SUPPORTING
from .document import inline as inline
from .document import lookup as lookup
from .document import read as read
from .document import resolve as resolve
from .facts import FACT_PLACES as FACT_PLACES
from .facts import Fact as Fact
from .facts import body_words as body_words
from .facts import load_facts as load_facts
from .facts import parameter_words as parameter_words
from .facts import type_words as type_words
from .json_schema import SUBSCHEMAS as SUBSCHEMAS
from .json_schema import map_subschemas as map_subschemas
from .json_schema import modern_keywords as modern_keywords
from .json_schema import to_json_schema as to_json_schema
from .loading import METHODS as METHODS
from .loading import compiled as compiled
from .loading import load as load
from .operations import Body as Body
from .operations import Contract as Contract
from .operations import Header as Header
from .operations import Operation as Operation
from .operations import Parameter as Parameter
from .operations import PathItem as PathItem
from .operations import Property as Property
from .operations import Response as Response
from .operations import match as match
from .schemas import Schema as Schema
from .schemas import SchemaError as SchemaError
