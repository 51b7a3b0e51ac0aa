"""How much one visitor may send. Counted in the database, so that all processes count together; no address is kept."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.utils import timezone

AN_HOUR = 5  # reports from one network

COUNT = """
    INSERT INTO portal_sendercount AS known (sender, hour, sent) VALUES (%s, %s, 1)
    ON CONFLICT (sender, hour) DO UPDATE SET sent = known.sent + 1
    RETURNING sent
"""
FORGET = "DELETE FROM portal_sendercount WHERE hour < %s"


def address_of(request) -> str:
    """The visitor's address: of the connection, or what the nearest of our own proxies says it was.

    ``PROXIES_IN_FRONT`` counts those; anything further left in X-Forwarded-For is only the visitor's claim.
    """
    near = settings.PROXIES_IN_FRONT
    passed_on = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    if near and len(passed_on) >= near:
        return passed_on[-near]
    return request.META.get("REMOTE_ADDR", "")


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /64 of an IPv6 one: what one household or office usually has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def sender_of(request, now: datetime) -> str:
    """A hash that is another one tomorrow, and that nobody without the site's secret can turn back."""
    words = f"{now:%Y-%m-%d} {network_of(address_of(request))}"
    return hmac.new(f"flood {settings.SECRET_KEY}".encode(), words.encode(), sha256).hexdigest()


def seconds_to_wait(request) -> int:
    """Count one more from this visitor; 0 while it is within the limit, else how long until the next hour."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [hour - timedelta(days=1)])
        cursor.execute(COUNT, [sender_of(request, now), hour])
        sent = cursor.fetchone()[0]
    return 0 if sent <= AN_HOUR else int((hour + timedelta(hours=1) - now).total_seconds()) + 1
