"""Probes of bad input: it is refused, the refusal names the field, and nothing changes.

The examples are the `cases` of the requirements. A case is a mapping:

- `sent`: fields of the body and their values. `field` is the one that the refusal must name, if it is one.
- `content` and `type`: instead, the body as text and its media type, none if empty. `status` is 415 or, if
  it is not there, 400.
- `stored`: what the credit has before a PUT or PATCH.
- `by`: which of create, update and partial_update the case is for; all of them if it is not there.
- `whole`: true if `sent` is the whole body; else `customer` goes with it where it is required.

In texts `$customer` is the uuid of a customer of ours, `$offering` that of an offering that exists, and
`$absent` one that nothing has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import Template
from typing import Any

from creditkit.conformance.asking import CannotJudge, Exchange, Lab, plain
from creditkit.conformance.judging import Failure
from creditkit.conformance.probes.toolkit import answers, body_of, changed, first_few

Case = Mapping[str, Any]

_CREATE, _UPDATE, _PATCH = "create", "update", "partial_update"


def refused(lab: Lab, cases: Sequence[Case]) -> Iterator[Failure]:
    """Each case is refused by each operation that it is for, and nothing comes of it."""
    with lab.customer() as customer:
        names = _names(lab, cases, customer)
        ready = [_filled(case, names) for case in cases]
        yield from _creates(lab, customer, [case for case in ready if _CREATE in _by(case)])
        for stored in _different([case.get("stored", {}) for case in ready]):
            changing = [case for case in ready if case.get("stored", {}) == stored]
            yield from _changes(lab, customer, stored, changing)


def second_credit(lab: Lab) -> Iterator[Failure]:
    """A customer who has a credit gets no second one."""
    with lab.credit(value="3") as credit:
        exchange = lab.create({"customer": credit["customer"]})
        yield from _refusal(lab, exchange, {"field": "customer"})
        listed = body_of(lab.list(f"customer_uuid={credit['customer_uuid']}"))
        if len(listed) != 1:
            yield Failure("a customer has one credit", "1", str(len(listed)), exchange)


def taken_customer(lab: Lab) -> Iterator[Failure]:
    """Nor does a credit change to a customer who has one."""
    with lab.credit(value="3") as one, lab.credit(value="4") as other:
        body = {"customer": other["customer"]}
        for exchange in (lab.update(str(one["uuid"]), body), lab.patch(str(one["uuid"]), body)):
            yield from _refusal(lab, exchange, {"field": "customer"})
        now = body_of(lab.retrieve(str(one["uuid"])))
        if plain(now["customer_uuid"]) != plain(one["customer_uuid"]):
            yield Failure("the credit keeps its customer", one["customer_uuid"], now["customer_uuid"])


def every_field_named(lab: Lab) -> Iterator[Failure]:
    """One refusal names all bad fields."""
    bad = {"value": "much", "grace_coefficient": "some", "end_date": "soon", "offerings": "all"}
    with lab.customer() as customer:
        exchange = lab.create({"customer": customer["url"], **bad})
        yield from answers(lab, exchange, 400, "several bad fields are refused")
        silent = sorted(bad.keys() - (exchange.json() or {}).keys())
        if exchange.status == 400 and silent:
            yield Failure(
                "all bad fields are named", first_few(sorted(bad)), f"without {first_few(silent)}", exchange
            )


def _creates(lab: Lab, customer: Mapping[str, Any], cases: Sequence[Case]) -> Iterator[Failure]:
    """The failures of the cases as creates."""
    for case in cases:
        exchange = lab.create(*_body(case, customer), **_content(case))
        yield from _refusal(lab, exchange, case)
        made = exchange.json()
        if exchange.status < 300 and isinstance(made, dict) and "uuid" in made:
            lab.destroy(str(made["uuid"]))
    if cases:
        listed = lab.list(f"customer_uuid={customer['uuid']}")
        if body_of(listed) != []:
            yield Failure("a refused create creates nothing", "no credit", f"{len(listed.json())}", exchange)


def _changes(
    lab: Lab, customer: Mapping[str, Any], stored: Mapping[str, Any], cases: Sequence[Case]
) -> Iterator[Failure]:
    """The failures of the cases as changes of a credit with the `stored` fields."""
    cases = [case for case in cases if {_UPDATE, _PATCH} & set(_by(case))]
    if not cases:
        return
    made = lab.create({"customer": customer["url"], **stored})
    uuid = str(body_of(made, 201)["uuid"])
    before = body_of(lab.retrieve(uuid))
    for case in cases:
        accepted = False
        for exchange in _changed_by(lab, uuid, customer, case):
            yield from _refusal(lab, exchange, case)
            accepted = accepted or exchange.status < 300
        now = body_of(lab.retrieve(uuid))
        different = changed(before, now)
        if different and not accepted:
            yield Failure("a refused change changes nothing", "unchanged", first_few(different), exchange)
        before = now
    lab.destroy(uuid)


def _changed_by(lab: Lab, uuid: str, customer: Mapping[str, Any], case: Case) -> Iterator[Exchange]:
    if _UPDATE in _by(case):
        yield lab.update(uuid, *_body(case, customer), **_content(case))
    if _PATCH in _by(case):
        yield lab.patch(uuid, case.get("sent"), **_content(case))


def _refusal(lab: Lab, exchange: Exchange, case: Case) -> Iterator[Failure]:
    """The failures of an answer that must be a refusal, and must name the field if the case has one."""
    status = case.get("status", 400)
    told = f"{exchange.method} with {exchange.request_body[:120].decode('utf-8', 'replace')!r} is refused"
    yield from answers(lab, exchange, status, told)
    field, body = case.get("field"), exchange.json()
    if exchange.status == status and field and not (isinstance(body, dict) and field in body):
        yield Failure("a refusal names the field", str(field), str(body)[:200], exchange)


def _by(case: Case) -> Sequence[str]:
    by: Sequence[str] = case.get("by", (_CREATE, _UPDATE, _PATCH))
    return by


def _body(case: Case, customer: Mapping[str, Any]) -> tuple[Any]:
    """The JSON body of a case, None where it has content."""
    if "content" in case or case.get("whole"):
        return (case.get("sent"),)
    return ({"customer": customer["url"], **case["sent"]},)


def _content(case: Case) -> dict[str, Any]:
    """The content of a case and its media type, as arguments of a request."""
    if "content" not in case:
        return {}
    headers = {"Content-Type": case["type"]} if case.get("type") else {}
    return {"content": case["content"].encode("latin-1"), "headers": headers}


def _names(lab: Lab, cases: Sequence[Case], customer: Mapping[str, Any]) -> dict[str, str]:
    """The values of the names in the texts of the cases."""
    names = {"customer": str(customer["uuid"]), "absent": lab.absent_uuid()}
    if "$offering" in str(cases):
        if not lab.offerings():
            raise CannotJudge("the deployment has no offering")
        names["offering"] = str(lab.offerings()[0]["uuid"])
    return names


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).safe_substitute(names)
    if isinstance(value, Mapping):
        return {key: _filled(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, names) for entry in value]
    return value


def _different(values: Sequence[Any]) -> Sequence[Any]:
    """Each value once, in the order in which they come."""
    return [value for place, value in enumerate(values) if value not in values[:place]]
