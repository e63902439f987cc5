"""Compensations: how a credit pays for the items of an invoice, and what happens on the 1st of a month."""

from calendar import monthrange
from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Sum

from . import clock
from .models import Clock, Customer, CustomerCredit, Invoice, InvoiceItem, ProjectCredit


def open_invoice(credit):
    return credit.customer.invoices.filter(state="pending").order_by("-month").first()


def clear(credit, invoice=None):
    """Take the compensations of the open invoice back, into the credit and into those of the projects."""
    invoice = invoice or open_invoice(credit)
    if invoice is None:
        return
    items = invoice.items.filter(credit=credit, unit_price__lt=0)
    if not items:
        return
    total = -items.aggregate(total=Sum("unit_price"))["total"]
    for item in items.exclude(project=None):
        ProjectCredit.objects.filter(project=item.project).update(value=F("value") - item.unit_price)
    credit.value += max(total, credit.minimal_consumption)
    items.delete()
    credit.save(update_fields=["value"])


def apply(credit, invoice=None):
    """Pay for the items of the open invoice, cheapest first; what is then short of the minimum is lost."""
    invoice = invoice or open_invoice(credit)
    if invoice is None:
        return
    clear(credit, invoice)
    items = invoice.items.filter(unit_price__gt=0).order_by("unit_price", "id")
    if credit.offerings.exists():
        items = items.filter(offering__in=credit.offerings.all())
    total = Decimal(0)
    for item in items:
        share = ProjectCredit.objects.filter(project=item.project).first() if item.project else None
        amount = min(item.total, share.value if share else credit.value).quantize(Decimal("1.00"))
        if amount <= 0:
            continue
        if share:
            share.value -= amount
            share.save(update_fields=["value"])
        credit.value -= amount
        total += amount
        InvoiceItem.objects.create(
            invoice=invoice,
            name=f"Compensation. {item.name}",
            offering=item.offering,
            project=item.project,
            unit_price=-amount,  # tax included, as the item's total has it
            credit=credit,
            compensates=item,
        )
    if total < credit.minimal_consumption:
        credit.value = max(Decimal(0), credit.value - (credit.minimal_consumption - total))
    credit.save(update_fields=["value"])


def spread(credit, day, compensated):
    """The expected consumption of a linear credit in the month that begins: what must go until it ends."""
    days = (credit.end_date.replace(day=1) - day).days
    part = min(Decimal(1), Decimal(monthrange(day.year, day.month)[1]) / days) if days > 0 else Decimal(1)
    rest = max(Decimal(0), credit.expected_consumption - compensated) * (1 - part)
    return (rest + credit.value * part).quantize(Decimal("1.00000"))


def begin_month(day):
    """The run on the 1st: ended credits are emptied, open invoices paid and closed, usage goes on."""
    CustomerCredit.objects.filter(end_date__lt=day).update(value=0)
    for invoice in Invoice.objects.filter(month__lt=day, state="pending"):
        credit = CustomerCredit.objects.filter(customer=invoice.customer).first()
        if credit:
            apply(credit, invoice)
        invoice.state = "created"
        invoice.save(update_fields=["state"])
    for credit in CustomerCredit.objects.filter(minimal_consumption_logic="linear", end_date__gte=day):
        last = credit.items.filter(invoice__month=clock.previous_month(day), unit_price__lt=0)
        compensated = -(last.aggregate(total=Sum("unit_price"))["total"] or 0)
        credit.expected_consumption = spread(credit, day, compensated)
        credit.save(update_fields=["expected_consumption"])
    for customer in Customer.objects.all():
        invoice = customer.invoices.create(month=day)
        usage = InvoiceItem.objects.filter(
            invoice__customer=customer, invoice__month=clock.previous_month(day), unit_price__gt=0
        )
        for item in usage.exclude(offering=None).order_by("id"):
            item.pk, item.invoice = None, invoice
            item.save()


def move_clock(to):
    """Let time pass until an instant, with the run of each 1st on the way. The clock never goes back."""
    row, _ = Clock.objects.get_or_create(id=1, defaults={"offset": timedelta()})
    while (day := clock.next_month(clock.today())) <= to.date():
        row.offset += day - clock.today()
        row.save()
        begin_month(day)
    row.offset += to - clock.now()
    row.save()
