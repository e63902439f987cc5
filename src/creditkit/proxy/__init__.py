"""The validation proxy: passes requests to a real deployment and holds both sides to the contract.

>>> from creditkit.mock import Settings
>>> from creditkit.proxy import serve_proxy
>>> from creditkit.settings import Proxying
>>> serve_proxy(Settings(proxy=Proxying("https://staging.example.com")))  # doctest: +SKIP
"""

from .app import Proxy as Proxy
from .record import Record as Record
from .serving import serve_proxy as serve_proxy
from .upstream import Upstream as Upstream
