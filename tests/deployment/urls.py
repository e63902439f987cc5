"""The addresses, as the framework's router makes them."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from . import views
from .profiles import profile

router = DefaultRouter()
router.include_root_view = False
router.register("users", views.UserViewSet, basename="user")
router.register("customers", views.CustomerViewSet, basename="customer")
router.register("projects", views.ProjectViewSet, basename="project")
router.register("project-credits", views.ProjectCreditViewSet, basename="project-credit")
router.register(
    "marketplace-provider-offerings",
    views.MarketplaceProviderOfferingViewSet,
    basename="marketplace-provider-offering",
)
router.register("customer-credits", views.CustomerCreditViewSet, basename="customer-credit")
if profile.withdrawable:
    router.register("credit-transactions", views.CreditTransactionViewSet, basename="credit-transaction")

urlpatterns = [
    path("api/", include(router.urls)),
    path("deployment/clock/", views.move_clock),
]
