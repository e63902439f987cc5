"""The neighbourhood of a credit: who may see it, what it pays for, and what happened to it."""

import uuid
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import MinValueValidator
from django.db import models

from . import clock
from .profiles import profile


class HexUUIDField(models.CharField):
    """A uuid by its 32 digits. Any spelling finds it; a text that is no uuid finds nothing."""

    def __init__(self, **options):
        super().__init__(
            **{"max_length": 36, "unique": True, "default": uuid.uuid4, "editable": False, **options}
        )

    def get_prep_value(self, value):
        try:
            return uuid.UUID(str(value)).hex
        except ValueError:
            return str(value).replace("\x00", "")

    def to_python(self, value):
        return str(uuid.UUID(str(value))) if profile.dashed_uuids else uuid.UUID(str(value)).hex

    def from_db_value(self, value, expression, connection):
        return self.to_python(value)

    def pre_save(self, instance, add):
        value = self.to_python(getattr(instance, self.attname))
        setattr(instance, self.attname, value)
        return value


class Clock(models.Model):
    offset = models.DurationField()


class User(AbstractBaseUser):
    uuid = HexUUIDField()
    username = models.CharField(max_length=128, unique=True)
    full_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    is_staff = models.BooleanField(default=False)
    is_support = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()
    USERNAME_FIELD = "username"


class Token(models.Model):
    key = models.CharField(max_length=40, primary_key=True)
    user = models.OneToOneField(User, models.CASCADE)
    expires = models.DateTimeField(null=True)


class Customer(models.Model):
    uuid = HexUUIDField()
    name = models.CharField(max_length=150)
    slug = models.SlugField(unique=True)
    created = models.DateTimeField(default=clock.now)
    owners = models.ManyToManyField(User, related_name="owned_customers")

    class Meta:
        ordering = ("created", "id")


class Project(models.Model):
    uuid = HexUUIDField()
    name = models.CharField(max_length=500)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="projects")
    admins = models.ManyToManyField(User, related_name="administered_projects")


class Offering(models.Model):
    uuid = HexUUIDField()
    name = models.CharField(max_length=150)
    type = models.CharField(max_length=100)
    created = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("created", "id")


class CustomerCredit(models.Model):
    class Logic(models.TextChoices):
        FIXED = "fixed"
        LINEAR = "linear"

    uuid = HexUUIDField()
    created = models.DateTimeField(default=clock.now)
    customer = models.OneToOneField(Customer, models.CASCADE, related_name="credit")
    value = models.DecimalField(
        default=0, max_digits=16, decimal_places=5, validators=[MinValueValidator(Decimal(0))]
    )
    offerings = models.ManyToManyField(Offering, blank=True)
    end_date = models.DateField(null=True, blank=True)
    expected_consumption = models.DecimalField(
        default=0, max_digits=16, decimal_places=5, validators=[MinValueValidator(Decimal(0))]
    )
    minimal_consumption_logic = models.CharField(choices=Logic.choices, default=Logic.FIXED, max_length=10)
    grace_coefficient = models.DecimalField(default=0, max_digits=3, decimal_places=0)
    apply_as_minimal_consumption = models.BooleanField(default=True)
    withdrawable_balance = models.DecimalField(default=0, max_digits=16, decimal_places=5)

    class Meta:
        ordering = ("created", "id")
        verbose_name = "customer credit"

    @property
    def minimal_consumption(self):
        """What the customer loses of the credit in a month at least, by usage or without."""
        if not self.apply_as_minimal_consumption:
            return 0
        if self.end_date and self.end_date.replace(day=1) == clock.first_of_month(clock.today()):
            return self.expected_consumption
        return (100 - self.grace_coefficient) / Decimal(100) * self.expected_consumption

    @property
    def allocated_to_projects(self):
        total = ProjectCredit.objects.filter(project__customer=self.customer).aggregate(
            total=models.Sum("value")
        )
        return total["total"] or 0

    @property
    def consumption_last_month(self):
        month = clock.previous_month(clock.today())
        invoice = Invoice.objects.filter(customer=self.customer, month=month).first()
        if invoice is None:
            return None
        spent = sum(item.total for item in invoice.items.filter(credit=self, unit_price__lt=0))
        return -spent if spent else 0


class ProjectCredit(models.Model):
    """A project's share. It can be there without a credit of the customer."""

    uuid = HexUUIDField()
    project = models.OneToOneField(Project, models.CASCADE, related_name="credit")
    value = models.DecimalField(default=0, max_digits=16, decimal_places=5)


class CreditTransaction(models.Model):
    credit = models.ForeignKey(CustomerCredit, models.CASCADE, related_name="transactions")
    created = models.DateTimeField(default=clock.now)
    amount = models.DecimalField(max_digits=16, decimal_places=5)
    comment = models.CharField(max_length=500)


class Invoice(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="invoices")
    month = models.DateField()
    state = models.CharField(max_length=20, default="pending")

    class Meta:
        ordering = ("month", "id")
        unique_together = ("customer", "month")


class InvoiceItem(models.Model):
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="items")
    name = models.TextField()
    offering = models.ForeignKey(Offering, models.SET_NULL, null=True)
    project = models.ForeignKey(Project, models.SET_NULL, null=True)
    unit_price = models.DecimalField(max_digits=22, decimal_places=2)
    tax_percent = models.DecimalField(default=0, max_digits=6, decimal_places=2)
    credit = models.ForeignKey(CustomerCredit, models.SET_NULL, null=True, related_name="items")
    compensates = models.ForeignKey("self", models.SET_NULL, null=True)

    @property
    def total(self):
        return self.unit_price * (100 + self.tax_percent) / 100


class Event(models.Model):
    """The event log: no client can take a row of it back."""

    created = models.DateTimeField(default=clock.now)
    type = models.CharField(max_length=100)
    message = models.TextField()
    customer = models.ForeignKey(Customer, models.CASCADE, null=True)


class HookCall(models.Model):
    """A call of a subscriber's hook, kept instead of made."""

    event = models.ForeignKey(Event, models.CASCADE)
    destination = models.CharField(max_length=200)
