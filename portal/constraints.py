"""Promises that many tables make, as database constraints."""

from django.db.models import CheckConstraint, Deferrable, Q, UniqueConstraint

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
WEB_ADDRESS = r"^https?://[^\s@/?#]+\.[^\s@/?#]+([/?#][^\s]*)?$"
# C0 controls other than tab and newline, and the bidirectional overrides.
CONTROL = "[\x01-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]"


def slug_shaped(field: str, name: str) -> CheckConstraint:
    return CheckConstraint(condition=Q(**{f"{field}__regex": SLUG}), name=name)


def web_address(field: str, name: str) -> CheckConstraint:
    """http or https, a dotted host, no user name, no space; or empty."""
    return CheckConstraint(condition=Q(**{field: ""}) | Q(**{f"{field}__regex": WEB_ADDRESS}), name=name)


def clean_text(field: str, name: str) -> CheckConstraint:
    """No control characters but tab and newline, no direction overrides."""
    return CheckConstraint(condition=~Q(**{f"{field}__regex": CONTROL}), name=name)


def plain_lines(text: str) -> str:
    """With one kind of line end: browsers send the pair that CONTROL takes for a control character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def between(field: str, low: float, high: float, name: str) -> CheckConstraint:
    """Null, or within these bounds."""
    return CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=name,
    )


def position_once(parent: str, name: str) -> UniqueConstraint:
    """One row at each position under a parent; held at the end of a transaction, so that rows can change places."""
    return UniqueConstraint(fields=[parent, "position"], name=name, deferrable=Deferrable.DEFERRED)
