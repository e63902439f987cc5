"""Every row of every table as text: two dumps that are alike prove that nothing was touched between them."""

from django.apps import apps

LOGS = {"event", "hookcall"}
"""Tables that every write adds to, and that no client can clear."""


def dump(logs=True):
    """Lines `table field=value …`, sorted; without rows of the logs where they are not asked for."""
    lines = []
    for model in apps.get_app_config("deployment").get_models(include_auto_created=True):
        if not logs and model._meta.model_name in LOGS:
            continue
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model.objects.values_list(*names):
            cells = (f"{name}={value!s}" for name, value in zip(names, row, strict=True))
            lines.append(" ".join((model._meta.model_name, *cells)))
    return sorted(lines)
