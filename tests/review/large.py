"""A contract of the size of the vendor's whole schema, made of one part repeated under other names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml


def large_contract(part: str, copies: int) -> str:
    """The text of a contract that holds the paths, schemas, parameters and headers of `part` so many times.

    `part` is the text of a contract in YAML. In each copy paths, operation ids and the names of components
    have a number of their own.
    """
    document: Mapping[str, Any] = yaml.safe_load(part)
    names = sorted(
        name for kind in ("schemas", "parameters", "headers") for name in document["components"].get(kind, {})
    )
    reference = re.compile(r"(#/components/(?:schemas|parameters|headers)/)(\w+)")
    sections = _sections(part)
    pieces = [sections["head"], "paths:\n"]
    pieces += [_paths(sections["paths"], number, reference) for number in range(copies)]
    pieces.append("components:\n")
    for kind, text in sections["components"].items():
        pieces.append(f"  {kind}:\n")
        if kind == "securitySchemes":
            pieces.append(text)
            continue
        for number in range(copies):
            named = re.sub(rf"^    ({'|'.join(names)}):$", rf"    \g<1>X{number}:", text, flags=re.M)
            pieces.append(reference.sub(rf"\g<1>\g<2>X{number}", named))
    return "".join(pieces)


def _paths(text: str, number: int, reference: re.Pattern[str]) -> str:
    text = re.sub(r"^  /api/", f"  /api/{number}/", text, flags=re.M)
    text = re.sub(r"^(\s+operationId: \w+)$", rf"\g<1>_{number}", text, flags=re.M)
    return reference.sub(rf"\g<1>\g<2>X{number}", text)


def _sections(text: str) -> Any:
    head, rest = text.split("\npaths:\n", 1)
    paths, rest = rest.split("\ncomponents:\n", 1)
    found = re.split(r"^  (\w+):\n", rest, flags=re.M)[1:]
    components = dict(
        zip(found[::2], (body if body.endswith("\n") else body + "\n" for body in found[1::2]), strict=True)
    )
    return {"head": head + "\n", "paths": paths + "\n", "components": components}
