"""The view sets, and the address at which a test moves the clock."""

from datetime import datetime

from django.db.models import Sum
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from . import billing, clock, models, serializers
from .filters import CustomerCreditFilter
from .permissions import StaffWrites, visible
from .profiles import profile


class ReadOnly(viewsets.ReadOnlyModelViewSet):
    lookup_field = "uuid"


class UserViewSet(ReadOnly):
    queryset = models.User.objects.order_by("id")
    serializer_class = serializers.UserSerializer

    def get_queryset(self):
        user = self.request.user
        queryset = super().get_queryset()
        return queryset if user.is_staff or user.is_support else queryset.filter(id=user.id)

    @action(detail=False)
    def me(self, request):
        return Response(self.get_serializer(request.user).data)


class CustomerViewSet(ReadOnly):
    queryset = models.Customer.objects.all()
    serializer_class = serializers.CustomerSerializer

    def get_queryset(self):
        return visible(super().get_queryset(), self.request.user)


class ProjectViewSet(ReadOnly):
    queryset = models.Project.objects.select_related("customer").order_by("id")
    serializer_class = serializers.ProjectSerializer

    def get_queryset(self):
        return visible(super().get_queryset(), self.request.user, "customer__")


class ProjectCreditViewSet(ReadOnly):
    queryset = models.ProjectCredit.objects.select_related("project").order_by("id")
    serializer_class = serializers.ProjectCreditSerializer

    def get_queryset(self):
        return visible(super().get_queryset(), self.request.user, "project__customer__")


class MarketplaceProviderOfferingViewSet(ReadOnly):
    queryset = models.Offering.objects.all()
    serializer_class = serializers.OfferingSerializer


class CreditTransactionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = models.CreditTransaction.objects.order_by("id")
    serializer_class = serializers.TransactionSerializer

    def get_queryset(self):
        return visible(super().get_queryset(), self.request.user, "credit__customer__")


class CustomerCreditViewSet(viewsets.ModelViewSet):
    queryset = models.CustomerCredit.objects.select_related("customer").prefetch_related("offerings")
    lookup_field = "uuid"
    filterset_class = CustomerCreditFilter
    permission_classes = [*viewsets.ModelViewSet.permission_classes, StaffWrites]

    def get_queryset(self):
        return visible(super().get_queryset(), self.request.user, "customer__")

    def get_serializer_class(self):
        writes = self.action in ("create", "update", "partial_update")
        return serializers.CreateCustomerCreditSerializer if writes else serializers.CustomerCreditSerializer

    def perform_create(self, serializer):
        log("created", serializer.save())

    def perform_update(self, serializer):
        log("updated", serializer.save())

    def perform_destroy(self, instance):
        log("deleted", instance)
        instance.delete()

    @action(detail=True, filter_backends=[])
    def consumptions(self, request, uuid=None):
        months = (
            self.get_object()
            .items.filter(unit_price__lt=0)
            .values("invoice__month")
            .annotate(total=Sum("unit_price"))
            .order_by("invoice__month")
        )
        rows = [{"date": month["invoice__month"], "price": -month["total"]} for month in months]
        return Response(serializers.ConsumptionSerializer(rows, many=True).data)

    @action(detail=True, methods=["post"], filter_backends=[])
    def apply_compensations(self, request, uuid=None):
        return self.compensate("applied", billing.apply)

    @action(detail=True, methods=["post"], filter_backends=[])
    def clear_compensations(self, request, uuid=None):
        return self.compensate("cleared", billing.clear)

    def compensate(self, done, change):
        credit = self.get_object()
        change(credit)
        log(done, credit)
        if profile.actions_answer:
            return Response(self.get_serializer(credit).data)
        return None  # the framework refuses this, and the transaction is rolled back

    if profile.withdrawable:

        @action(detail=True, methods=["post"], filter_backends=[])
        def adjust_withdrawable(self, request, uuid=None):
            credit = self.get_object()
            asked = serializers.AdjustSerializer(data=request.data, context={"credit": credit})
            asked.is_valid(raise_exception=True)
            amount = asked.validated_data["amount"]
            credit.value += amount
            credit.withdrawable_balance = min(credit.withdrawable_balance + amount, credit.value)
            credit.save()
            credit.transactions.create(**asked.validated_data)
            log("adjusted", credit)
            return Response(self.get_serializer(credit).data)


def log(done, credit):
    """A write leaves two rows that its customer can see, and a subscriber's hook is called for each."""
    for kind in ("event", "feed"):
        event = models.Event.objects.create(
            type=f"{kind}: customer_credit_{done}", message=f"Credit {done}.", customer=credit.customer
        )
        event.hookcall_set.create(destination="https://hooks.example.com/")


@csrf_exempt
def move_clock(request):
    """Not of the API: a form with `to`, an instant in ISO 8601, lets time pass until then."""
    if request.method == "POST":
        to = datetime.fromisoformat(request.POST["to"])
        billing.move_clock(to if timezone.is_aware(to) else timezone.make_aware(to))
    return JsonResponse({"now": clock.now().isoformat()})
