"""Late imports: what Connexion imports at its start, and the mock does not use until somebody asks for it.

An HTTP client for token services, another one for references to other hosts, and Starlette's test client,
which brings the first and with it a terminal's colours: a third of the time from start to first answer.
Connexion is imported here with stand-ins in their place, each of which imports the real one when something of
it is used. Whoever else imports the three gets the real ones. `tests/mock/test_late.py` holds both.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

_TEST_CLIENT = "starlette.testclient"
LATE = ("httpx", "requests", _TEST_CLIENT)
"""The modules that are imported when they are used."""


class _StandIn(ModuleType):
    """Has what the module of its name has, and imports that when it is asked."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system looks for these
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def _test_client(*arguments: Any, **named: Any) -> Any:
    """What `TestClient` makes, for whoever asks Connexion for one."""
    return import_module(_TEST_CLIENT).TestClient(*arguments, **named)


def _import_connexion() -> None:
    stand_ins = {name: _StandIn(name) for name in LATE if name not in sys.modules}
    if _TEST_CLIENT in stand_ins:
        vars(stand_ins[_TEST_CLIENT])["TestClient"] = _test_client  # Connexion takes this one out at once
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
