"""Raw request bodies, and the fields of forms. Nothing is validated here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from starlette.datastructures import FormData, Headers
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.types import Receive

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class RawBody(Struct, frozen=True):
    """The body of one request: its bytes, and for a form its fields.

    An operation may not read it at all, or check first whether its object exists.
    """

    media_type: str
    content: bytes
    form: FormData | None = None
    fault: str = ""


async def content_of(receive: Receive) -> bytes:
    """The whole body of a request, whether or not its length was announced.

    Raises ClientDisconnect where the client is gone.
    """
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


_PARSERS: Mapping[str, Any] = {_FORM: FormParser, _MULTIPART: MultiPartParser}


def raw_body_of(content: bytes, content_type: str) -> RawBody | None:
    """The source of a request; None for a form, which has to be received."""
    media_type = _media_type(content_type)
    return None if content and media_type in _PARSERS else RawBody(media_type, content)


async def receive(content: bytes, content_type: str) -> RawBody:
    """The source of a request; forms are parsed here, since their parsers are asynchronous."""
    raw_body = raw_body_of(content, content_type)
    if raw_body is not None:
        return raw_body
    media_type = _media_type(content_type)
    parser = _PARSERS[media_type]

    async def stream() -> Any:
        yield content
        yield b""

    try:
        form = await parser(Headers({"content-type": content_type}), stream()).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        return RawBody(media_type, content, fault=f"Multipart form parse error - {error}")
    return RawBody(media_type, content, form=form)


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()
