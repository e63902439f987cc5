"""What requests and answers hold. What the framework reads or writes by itself is left to it."""

from decimal import Decimal

from rest_framework import serializers

from . import clock
from .models import (
    CreditTransaction,
    Customer,
    CustomerCredit,
    Offering,
    Project,
    ProjectCredit,
    User,
)
from .profiles import profile


class Computed(serializers.ReadOnlyField):
    """An amount that is computed: a Decimal is rendered as text, unless the release sends numbers."""

    def to_representation(self, value):
        return float(value) if profile.numbers and isinstance(value, Decimal) else value


def hyperlink(view, **options):
    return serializers.HyperlinkedRelatedField(view_name=view, lookup_field="uuid", **options)


class Hyperlinked(serializers.HyperlinkedModelSerializer):
    """A model with its own address, by uuid."""

    def build_url_field(self, field_name, model_class):
        field, options = super().build_url_field(field_name, model_class)
        return field, {**options, "lookup_field": "uuid", "view_name": self.Meta.view}


class UserSerializer(Hyperlinked):
    class Meta:
        model = User
        view = "user-detail"
        fields = ("url", "uuid", "username", "full_name", "email", "is_staff", "is_support", "is_active")

    def to_representation(self, instance):
        """The flags of staff and support are for those who have one: others do not learn of them."""
        data = super().to_representation(instance)
        if not (instance.is_staff or instance.is_support):
            del data["is_staff"], data["is_support"]
        return data


class CustomerSerializer(Hyperlinked):
    class Meta:
        model = Customer
        view = "customer-detail"
        fields = ("url", "uuid", "name", "slug", "created")


class ProjectSerializer(Hyperlinked):
    customer = hyperlink("customer-detail", read_only=True)

    class Meta:
        model = Project
        view = "project-detail"
        fields = ("url", "uuid", "name", "customer")


class OfferingSerializer(Hyperlinked):
    class Meta:
        model = Offering
        view = "marketplace-provider-offering-detail"
        fields = ("uuid", "url", "type", "name")


class ProjectCreditSerializer(Hyperlinked):
    project = hyperlink("project-detail", read_only=True)
    project_name = serializers.ReadOnlyField(source="project.name")

    class Meta:
        model = ProjectCredit
        view = "project-credit-detail"
        fields = ("uuid", "url", "value", "project", "project_name")


class TransactionSerializer(serializers.ModelSerializer):
    class Meta:
        model = CreditTransaction
        fields = ("created", "amount", "comment")


CREDIT_FIELDS = (
    "uuid",
    "url",
    "value",
    "customer",
    "customer_name",
    "customer_uuid",
    "customer_slug",
    "offerings",
    "end_date",
    "expected_consumption",
    "minimal_consumption",
    "minimal_consumption_logic",
    "grace_coefficient",
    "apply_as_minimal_consumption",
    "allocated_to_projects",
    "consumption_last_month",
    *(("withdrawable_balance",) if profile.withdrawable else ()),
)


class CustomerCreditSerializer(Hyperlinked):
    customer = hyperlink("customer-detail", queryset=Customer.objects.all())
    customer_name = serializers.ReadOnlyField(source="customer.name")
    customer_uuid = serializers.ReadOnlyField(source="customer.uuid")
    customer_slug = serializers.ReadOnlyField(source="customer.slug")
    offerings = OfferingSerializer(many=True, read_only=True)
    minimal_consumption = Computed()
    allocated_to_projects = Computed()
    consumption_last_month = Computed()
    if profile.withdrawable:
        withdrawable_balance = Computed()

    class Meta:
        model = CustomerCredit
        view = "customer-credit-detail"
        fields = CREDIT_FIELDS


class CreateCustomerCreditSerializer(CustomerCreditSerializer):
    offerings = hyperlink(
        "marketplace-provider-offering-detail", many=True, queryset=Offering.objects.all(), required=False
    )

    def validate_end_date(self, end_date):
        if end_date is None:
            return end_date
        if end_date < clock.today():
            raise serializers.ValidationError("The end date must be greater than today's date.")
        if end_date.day != 1:
            raise serializers.ValidationError("End date must be the first day of the month.")
        return end_date

    def validate(self, attrs):
        def merged(name, default=None):
            return attrs.get(name, getattr(self.instance, name) if self.instance else default)

        end_date = merged("end_date")
        if merged("minimal_consumption_logic") == CustomerCredit.Logic.LINEAR:
            if not end_date:
                raise serializers.ValidationError(
                    "End date is required if minimal consumption logic is linear."
                )
            if end_date.replace(day=1) == clock.first_of_month(clock.today()):
                raise serializers.ValidationError(
                    "End date must be greater if minimal consumption logic is linear."
                )
        expected = merged("expected_consumption", 0)
        if expected:
            value = merged("value", Decimal(0) if profile.missing_value_is_zero else None)
            if expected >= value:
                raise serializers.ValidationError("Expected consumption must be smaller than the credit.")
        return attrs


class ConsumptionSerializer(serializers.Serializer):
    date = serializers.DateField(read_only=True)
    price = serializers.DecimalField(max_digits=22, decimal_places=2, read_only=True)


class AdjustSerializer(serializers.Serializer):
    amount = serializers.DecimalField(max_digits=16, decimal_places=5)
    comment = serializers.CharField(max_length=500)

    def validate_amount(self, amount):
        if not amount:
            raise serializers.ValidationError("Amount must not be zero.")
        return amount

    def validate(self, attrs):
        credit = self.context["credit"]
        if credit.value + attrs["amount"] < 0:
            raise serializers.ValidationError("Adjustment would make the credit value negative.")
        if credit.withdrawable_balance + attrs["amount"] < 0:
            raise serializers.ValidationError("Reduction would exceed the withdrawable balance.")
        return attrs
