"""Rendering: exported answers as a file of JavaScript or TypeScript.

The templates beside this module are JavaScript whose types stand in comments, `/*: string*/`: in TypeScript
they are types, in JavaScript they are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from importlib.resources import files
from typing import Any

import orjson

from .answers import BASE, NOBODY, Exported
from .stamp import MARK

_TYPE = re.compile(r"/\*([:<].*?)\*/")

_TYPES = """\
interface Exported {
  operation: string;
  method: string;
  path: string;
  query: string;
  user: boolean;
  sent: unknown;
  status: number;
  headers: Record<string, string>;
  body: unknown;
}
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | null;
}
"""


class Form(Enum):
    """What an export is for."""

    MSW = "msw"
    PLAYWRIGHT = "playwright"


def rendered(
    form: Form,
    answers: Sequence[Exported],
    stamp: Mapping[str, Any],
    *,
    typed: bool,
    templates: Iterable[str],
) -> str:
    """The text of the file; `templates` are the contract's paths, as `/api/customers/{uuid}/`."""
    lines = ",\n".join(f"  {orjson.dumps(asdict(answer)).decode()}" for answer in answers)
    data = [
        "/** The hash of the contract that the answers were held to. */\n"
        f"export const contract = {_json(stamp['contract'])};\n",
        _TYPES if typed else "",
        f"const answers/*: Exported[]*/ = [\n{lines},\n];\n",
    ]
    parts = {
        "DATA": "\n".join(filter(None, data)),
        "LOOKUP": _template("lookup").replace("{{NOBODY}}", _json(NOBODY)).replace("{{BASE}}", _json(BASE)),
        "PATHS": "\n".join(_path(form, template) for template in templates),
        "TYPES": 'import type { BrowserContext, Page } from "@playwright/test";\n' if typed else "",
    }
    text = _template(form.value)
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    text = _TYPE.sub(r"\1" if typed else "", text)
    head = (
        f"// What a mock of {stamp['world']} answers to {stamp['user']}: `creditkit export {form.value}`.\n"
        "// Do not edit it, export it again: `creditkit export verify` tells if the contract moved on.\n"
        f"{MARK}{orjson.dumps(stamp).decode()}\n"
    )
    return head + text.lstrip("\n")


def _path(form: Form, template: str) -> str:
    if form is Form.MSW:
        pattern = "*" + re.sub(r"\{(\w+)\}", r":\1", template)
        return f"  handlerOf({_json(pattern)}),"
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)).replace("/", r"\/").replace(r"\-", "-")
    return f"  /^{pattern}$/,"


def _template(name: str) -> str:
    return (files("creditkit.export") / f"{name}.js").read_text(encoding="utf-8")


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
