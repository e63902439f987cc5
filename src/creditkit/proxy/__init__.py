"""The validation proxy: a real deployment, with every request and answer held to the contract.

>>> from creditkit.proxy import ProxySettings, serve_proxy
>>> serve_proxy(ProxySettings("https://staging.example.com"))  # doctest: +SKIP
"""

from .app import Proxy as Proxy
from .record import Record as Record
from .serving import ProxySettings as ProxySettings
from .serving import serve_proxy as serve_proxy
from .upstream import Upstream as Upstream
