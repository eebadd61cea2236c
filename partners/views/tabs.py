from django.urls import reverse

ACCOUNT_TABS = (
    ("account", "Mon compte", "partners:account"),
    ("sessions", "Sessions ouvertes", "partners:sessions"),
    ("second_factor", "Second facteur", "partners:second_factor"),
)


def account_tabs(current):
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in ACCOUNT_TABS]
