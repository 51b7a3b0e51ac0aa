"""Clients that send nothing, half a header or half a body keep nobody else waiting (LD-1)."""

import socket
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

MANY = 40
PATIENCE = 5  # seconds: far more than a page takes here, far less than a client may be slow


def half_a_body(host):
    return (
        f"POST /report/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nmessage="
    ).encode()


@pytest.mark.parametrize("slow", ["header", "body"])
def test_others_are_served_while_eighty_clients_are_slow(site, slow):
    host = urlsplit(site.url).netloc
    address = (host.split(":")[0], int(host.split(":")[1]))
    sent = half_a_body(host) if slow == "body" else f"GET /programs/ HTTP/1.1\r\nHost: {host}\r\n".encode()
    with ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(socket.create_connection(address))  # sends nothing at all
        for _ in range(MANY):
            stack.enter_context(socket.create_connection(address)).sendall(sent)
        for path in ("/", "/programs/?level=master", "/schools/", "/healthz") * 3:
            line = HTTPConnection(host, timeout=PATIENCE)
            line.request("GET", path)
            assert line.getresponse().status == 200, path
            line.close()
