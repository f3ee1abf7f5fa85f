"""A WebSocket client that visits a gateway with websocket_service.py behind it.

usage: websocket_client.py talk|large|cookie|session URL [CA]

  talk     messages of all kinds, pings, and closing from either side
  large    ten megabytes there and back, whole and in fragments
  cookie   clients that come again with their cookie reach the same service
  session  clients that resume their TLS session do

Exits with 0 if all is as it should be.
"""

import os
import socket
import ssl
import sys
import urllib.parse

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

KIND, URL = sys.argv[1:3]
AUTHORITY = sys.argv[3] if len(sys.argv) > 3 else None
NAME = "limpet.test"
CLIENTS, VISITS = 8, 3


def context():
    made = ssl.create_default_context(cafile=AUTHORITY)
    made.check_hostname = False
    return made


def opened(**options):
    if AUTHORITY and "sock" not in options:
        options["ssl"] = context()
    return connect(URL, max_size=64 << 20, **options)


def ask(connection, message):
    connection.send(message)
    return connection.recv(timeout=30)


def check(found, wanted, what):
    if found != wanted:
        sys.exit(f"{what}: {str(found)[:200]!r} instead of {str(wanted)[:200]!r}")


def talk():
    with opened() as connection:
        for text in ["", "hello", "grüße 🐚", "x" * 70_000]:
            check(ask(connection, text), text, "a text")
        for data in [b"", b"\0\xff" * 10, os.urandom(70_000)]:
            check(ask(connection, data), data, "bytes")
        connection.send(["in ", "three ", "parts"])
        check(connection.recv(timeout=30), "in three parts", "fragments")
        if not connection.ping(b"there?").wait(30):
            sys.exit("no pong")
        check(ask(connection, "header"), "https" if AUTHORITY else "http", "what the service was told")
        check(ask(connection, "path"), urllib.parse.urlsplit(URL).path, "the path")
        for number in range(200):
            check(ask(connection, str(number)), str(number), "one of many")
        connection.close(4001, "enough")
        check((connection.close_code, connection.close_reason), (4001, "enough"), "the end by the client")
    with opened() as connection:
        connection.send("close 4002")
        try:
            connection.recv(timeout=30)
            sys.exit("the service did not close")
        except ConnectionClosed as end:
            check((end.rcvd.code, end.rcvd.reason), (4002, "as you wish"), "the end by the service")


def large():
    data = os.urandom(10 << 20)
    with opened(compression=None) as connection:
        check(ask(connection, data) == data, True, "ten megabytes")
        connection.send(data[i : i + 65_536] for i in range(0, len(data), 65_536))
        check(connection.recv(timeout=30) == data, True, "ten megabytes in fragments")
    with opened() as connection:
        check(ask(connection, data) == data, True, "ten megabytes, deflated")


def cookie():
    names = set()
    for _ in range(CLIENTS):
        with opened() as connection:
            cookie = connection.response.headers["Set-Cookie"].split(";")[0]
            name = ask(connection, "name")
        names.add(name)
        for _ in range(VISITS):
            with opened(additional_headers={"Cookie": cookie}) as connection:
                check(ask(connection, "name"), name, "the owner")
    check(len(names) > 1, True, "more than one service")


def session():
    names = set()
    parts = urllib.parse.urlsplit(URL)
    tls = context()

    def visit(known):
        plain = socket.create_connection((parts.hostname, parts.port))
        secure = tls.wrap_socket(plain, server_hostname=NAME, session=known)
        with connect(f"ws://{NAME}{parts.path}", sock=secure) as connection:
            return ask(connection, "name"), secure.session, secure.session_reused

    for _ in range(CLIENTS):
        name, known, _ = visit(None)
        names.add(name)
        for _ in range(VISITS):
            again, known, reused = visit(known)
            check((again, reused), (name, True), "the owner")
    check(len(names) > 1, True, "more than one service")


{"talk": talk, "large": large, "cookie": cookie, "session": session}[KIND]()
