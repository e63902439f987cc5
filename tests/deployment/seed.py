"""A world for the database, from a seed file in the format of docs/seeds.md."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import yaml

from . import models
from .profiles import profile


class Dates:
    """Dates of a seed: ISO, or counted from the month of the start."""

    def __init__(self, start):
        self.start = start

    def day(self, text):
        if text in (None, "null"):
            return None
        counted = re.fullmatch(r"month([+-]\d+)?", text)
        if not counted:
            return date.fromisoformat(text[:10])
        months = self.start.year * 12 + self.start.month - 1 + int(counted[1] or 0)
        return date(months // 12, months % 12 + 1, 1)

    def instant(self, text):
        day = self.day(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def load(path, customers=0, credited=0):
    """Fill an empty database; then add so many customers and credits of no importance."""
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, yaml.BaseLoader)
    start = datetime.now(UTC)
    dates = Dates(start)
    found = {"customer": {}, "project": {}, "offering": {}}

    def uuid_of(entry, kind):
        return entry.get("uuid") or uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{entry.get('key')}")

    old = start - timedelta(days=730)
    for number, entry in enumerate(document.get("offerings", ())):
        found["offering"][entry["key"]] = models.Offering.objects.create(
            uuid=uuid_of(entry, "offering"),
            name=entry["name"],
            type=entry["type"],
            created=old + timedelta(seconds=number),
        )
    for number, entry in enumerate(document.get("customers", ())):
        found["customer"][entry["key"]] = models.Customer.objects.create(
            uuid=uuid_of(entry, "customer"),
            name=entry["name"],
            slug=entry.get("slug", entry["key"]),
            created=dates.instant(entry["created"])
            if "created" in entry
            else old + timedelta(seconds=number),
        )
    for entry in document.get("projects", ()):
        project = found["project"][entry["key"]] = models.Project.objects.create(
            uuid=uuid_of(entry, "project"), name=entry["name"], customer=found["customer"][entry["customer"]]
        )
        if "credit" in entry:
            models.ProjectCredit.objects.create(project=project, value=Decimal(entry["credit"]))
    for entry in document.get("users", ()):
        user = models.User.objects.create(
            username=entry["username"],
            full_name=entry.get("full_name", entry["username"]),
            is_staff=entry.get("staff") == "true",
            is_support=entry.get("support") == "true",
        )
        user.owned_customers.set(found["customer"][key] for key in entry.get("owner_of", ()))
        user.administered_projects.set(found["project"][key] for key in entry.get("project_admin_of", ()))
        expires = dates.instant(entry["token_expires"]) if "token_expires" in entry else None
        models.Token.objects.create(key=entry["token"], user=user, expires=expires)
    earlier = start - timedelta(days=396)
    for number, entry in enumerate(document.get("credits", ())):
        plain = {
            name: Decimal(entry[name])
            for name in ("value", "expected_consumption", "grace_coefficient")
            if name in entry
        }
        credit = models.CustomerCredit.objects.create(
            **plain,
            uuid=entry.get("uuid") or uuid.uuid4(),
            customer=found["customer"][entry["customer"]],
            created=(dates.instant(entry["created"]) if "created" in entry else earlier)
            + timedelta(seconds=number),
            end_date=dates.day(entry.get("end_date")),
            minimal_consumption_logic=entry.get("minimal_consumption_logic", "fixed"),
            apply_as_minimal_consumption=entry.get("apply_as_minimal_consumption", "true") == "true",
        )
        credit.offerings.set(found["offering"][key] for key in entry.get("offerings", ()))
        if profile.withdrawable:
            credit.withdrawable_balance = credit.value
            credit.save()
    for entry in document.get("invoices", ()):
        invoice_of(entry, found, dates)
    many(customers, credited)


def invoice_of(entry, found, dates):
    customer = found["customer"][entry["customer"]]
    invoice = models.Invoice.objects.create(
        customer=customer, month=dates.day(entry["month"]), state=entry.get("state", "pending")
    )
    named = {}
    for item in entry.get("items", ()):
        named[item["name"]] = invoice.items.create(
            name=item["name"],
            offering=found["offering"].get(item.get("offering")),
            project=found["project"].get(item.get("project")),
            unit_price=Decimal(item["price"]),
            tax_percent=Decimal(entry.get("tax_percent", 0)),
        )
    for item in entry.get("compensations", ()):
        of = named.get(item.get("of"))
        invoice.items.create(
            name=f"Compensation. {of.name if of else ''}",
            offering=of.offering if of else None,
            project=of.project if of else found["project"].get(item.get("project")),
            unit_price=-Decimal(item["price"]),
            tax_percent=Decimal(item.get("tax_percent", 0)),
            credit=models.CustomerCredit.objects.filter(customer=customer).first(),
            compensates=of,
        )


def many(customers, credited):
    models.Customer.objects.bulk_create(
        models.Customer(name=f"Laboratory {number}", slug=f"laboratory-{number}")
        for number in range(customers)
    )
    models.CustomerCredit.objects.bulk_create(
        models.CustomerCredit(customer=customer, value=1000 + number)
        for number, customer in enumerate(
            models.Customer.objects.filter(credit=None, slug__startswith="lab")[:credited]
        )
    )
