"""The mock: the API on one's own machine, stateful, every request and every answer held to the contract.

>>> from creditkit.mock import Settings, serve
>>> serve(Settings(port=8000))  # doctest: +SKIP
"""

import warnings

# Importing Connexion 3.3 calls up deprecations of jsonschema and Starlette that its users cannot act on.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import connexion as _connexion  # noqa: F401

from .app import Engine as Engine
from .app import create_app as create_app
from .limits import Limits as Limits
from .scenes import Bounds as Bounds
from .server import Settings as Settings
from .server import serve as serve
