"""Imports Connexion without the modules that it imports and the mock does not use.

They are an HTTP client for token services, another one for references to other hosts, and Starlette's test
client: a third of the time from start to first answer. While Connexion is imported, stand-ins take their
place; they import the real module when something of it is used. All other code gets the real modules.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

_TEST_CLIENT = "starlette.testclient"
LAZY = ("httpx", "requests", _TEST_CLIENT)
"""The modules that are imported when they are first used."""


class _StandIn(ModuleType):
    """Stands for the module of its name, and imports it when an attribute is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system looks for them
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def _test_client(*arguments: Any, **named: Any) -> Any:
    """A test client, for Connexion's own `test_client`."""
    return import_module(_TEST_CLIENT).TestClient(*arguments, **named)


def _import_connexion() -> None:
    stand_ins = {name: _StandIn(name) for name in LAZY if name not in sys.modules}
    if _TEST_CLIENT in stand_ins:
        vars(stand_ins[_TEST_CLIENT])["TestClient"] = _test_client  # Connexion takes this name out at once
    sys.modules.update(stand_ins)
    try:
        # Importing Connexion 3.3 calls up a deprecation of jsonschema that its users cannot act on.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import connexion  # noqa: F401
    finally:
        for name in stand_ins:
            del sys.modules[name]


_import_connexion()
