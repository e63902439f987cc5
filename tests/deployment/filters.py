"""The filters and the orders of the list of credits."""

import django_filters
from django.db.models import Q

from .models import CustomerCredit
from .profiles import profile


class CustomerCreditFilter(django_filters.FilterSet):
    customer_uuid = django_filters.UUIDFilter(field_name="customer__uuid")
    customer_name = django_filters.CharFilter(field_name="customer__name", lookup_expr="icontains")
    customer_slug = django_filters.CharFilter(field_name="customer__slug")
    if profile.query:
        query = django_filters.CharFilter(method="filter_query")
    o = django_filters.OrderingFilter(
        fields=(
            ("customer__name", "customer_name"),
            ("value", "value"),
            ("end_date", "end_date"),
            ("expected_consumption", "expected_consumption"),
        )
    )

    class Meta:
        model = CustomerCredit
        fields = []

    def filter_query(self, queryset, name, value):
        return queryset.filter(
            Q(customer__name__icontains=value)
            | Q(customer__slug__icontains=value)
            | Q(customer__uuid__icontains=value.replace("-", ""))
        )
