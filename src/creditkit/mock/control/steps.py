"""The steps of the control API: `ControlGuard` decides who may control the mock, `Control` answers.

With a control token, its holder may. Without one, only this machine may. Since a browser on this machine
runs pages of foreign origins, a request then has to pass four checks:

    client        the connection comes from a loopback address
    forwarded     no proxy says that it came from further away
    Host          it names a loopback host, not a foreign name that resolves to one (DNS rebinding)
    Origin        the page that sends it, if any, has a loopback origin: a dev server's, or the mock's own

Opening a page sends no Origin; such a request can only read, and no other origin can see the answer.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from creditkit.errors import NotAuthenticated, NotPermitted, Refusal
from creditkit.mock.answering.answers import outgoing
from creditkit.mock.answering.problems import reply_to
from creditkit.mock.worlds.world_selection import is_control

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from creditkit.mock.worlds.client_worlds import ClientWorlds

_OPEN = re.compile(r"/_mock/?|/_mock/(docs|page)(/.*)?|/_mock/control\.(json|yaml)")
"""Pages and the contract. They show nothing of a world, so a browser may open them without a token."""

_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")
_HINT = "start the mock with --control-token to control it from elsewhere"


class ControlGuard:
    """The middleware that refuses control requests of clients that may not control the mock."""

    def __init__(self, app: ASGIApp, *, token: str = "") -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it as problem details."""
        if scope["type"] == "http" and is_control(scope["path"]):
            try:
                self._check(scope)
            except Refusal as refusal:
                media_type, reply = reply_to(refusal, as_problem=True, scheme="Bearer")
                await outgoing(reply, media_type).send(send)
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if self._token:
            if scope["method"] == "GET" and _OPEN.fullmatch(scope["path"]):
                return
            check_token(headers.get("authorization", ""), self._token)
        else:
            check_local(scope["client"], headers)


class Control:
    """The middleware that answers requests under /_mock/ and passes on all others.

    It makes the control app at the first such request, so that a mock starts no later for it.
    """

    def __init__(self, app: ASGIApp, *, client_worlds: ClientWorlds) -> None:
        self._app = app
        self._client_worlds = client_worlds
        self._control: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or not is_control(scope["path"]):
            await self._app(scope, receive, send)
            return
        if self._control is None:
            from .app import create_control  # loads and checks a contract

            self._control = create_control(self._client_worlds)
        await self._control(scope, receive, send)


def check_token(authorization: str, token: str) -> None:
    """Raise NotAuthenticated unless the header holds the token."""
    scheme, _, sent = authorization.partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode(), token.encode()):
        raise NotAuthenticated(
            "This mock is controlled with a token: send it as `Authorization: Bearer TOKEN`."
        )


def check_local(client: tuple[str, int] | None, headers: Mapping[str, str]) -> None:
    """Raise NotPermitted unless the request comes from this machine and no foreign page sends it."""
    if client is None or not _is_loopback(client[0]):
        raise NotPermitted(f"Only this machine may control this mock: {_HINT}.")
    for name in _FORWARDED:
        sent = headers.get(name)
        if sent is not None and not all(map(_is_loopback, _addresses(sent))):
            raise NotPermitted(
                f"Only this machine may control this mock, and a proxy passed this on: {_HINT}."
            )
    host = headers.get("host", "")
    if not _is_loopback(urlsplit(f"//{host}").hostname or ""):
        raise NotPermitted(
            f"Only a loopback host may be asked to control this mock, not {host[:80]!r}: "
            f"use 127.0.0.1, or {_HINT}."
        )
    origin = headers.get("origin")
    if origin is not None:
        if not _is_loopback(urlsplit(origin).hostname or ""):
            raise NotPermitted(f"The page {origin[:80]} may not control this mock: {_HINT}.")
    elif headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        raise NotPermitted(f"A page of a foreign origin may not control this mock: {_HINT}.")


def _is_loopback(host: str) -> bool:
    """Whether a name or an address is a loopback one; names in `.localhost` are (RFC 6761)."""
    host = host.strip().lower().removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _addresses(sent: str) -> list[str]:
    """The addresses in a proxy's header: a plain list, or RFC 7239's `for=…;proto=…, for=…`."""
    hops = []
    for hop in sent.split(","):
        pairs = [pair.strip() for pair in hop.split(";")]
        given = next((pair[4:] for pair in pairs if pair.lower().startswith("for=")), pairs[0])
        address = given.strip('"')
        if address.startswith("["):
            address = address[1:].partition("]")[0]
        elif address.count(":") == 1:
            address = address.partition(":")[0]
        hops.append(address)
    return hops
