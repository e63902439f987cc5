"""Docs: Connexion's Swagger UI for each contract, from files that are installed with it.

Connexion mounts the pages of a second contract at the same base path behind the first, where no request
arrives. Here the routes of all contracts stand side by side.
"""

from __future__ import annotations

from typing import Any

from connexion.middleware.swagger_ui import SwaggerUIAPI, SwaggerUIMiddleware
from connexion.options import SwaggerUIOptions

API_DOCS = "/docs/"
SUPPORTING_DOCS = "/docs-supporting/"


class Pages(SwaggerUIAPI):
    """The pages of one contract, which is served as it was written.

    Connexion would serve it with every reference replaced, so that a client generated from it has no names
    for its types, and with an empty server URL.
    """

    def _spec_for_prefix(self, request: Any) -> dict[str, Any]:
        return {**self.specification.raw, "servers": [{"url": self._base_path_for_prefix(request) or "/"}]}


class Docs(SwaggerUIMiddleware):
    """The pages and the machine-readable contracts, at paths of their own."""

    def add_api(self, specification: Any, base_path: str | None = None, **kwargs: Any) -> None:
        """Add the pages of one contract."""
        api = Pages(specification, base_path=base_path, default=self.default_fn, **kwargs)
        self.router.routes.extend(api.router.routes)


def options(page: str, document: str) -> SwaggerUIOptions:
    """Where a contract's page and its JSON document are served; both work with no network."""
    return SwaggerUIOptions(
        spec_path=document,
        swagger_ui_path=page.rstrip("/"),
        swagger_ui_config={
            "displayRequestDuration": True,
            "persistAuthorization": True,
            "tryItOutEnabled": True,
        },
    )
