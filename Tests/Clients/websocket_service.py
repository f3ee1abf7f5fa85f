"""A WebSocket service that echoes messages and knows some commands. Browsers get a page that talks to it.

usage: websocket_service.py NAME [CERTIFICATE KEY]

Descriptor 3 is its listening socket; with a certificate it speaks TLS there. It serves until it is killed.
"""

import pathlib
import socket
import ssl
import sys
import threading

from websockets.sync.server import serve

NAME = sys.argv[1]
PAGE = pathlib.Path(__file__).with_name("websocket_page.html")
# Whether the page has said all that it has to say.
OVER = threading.Event()


def visit(connection, request):
    """Answers what is no WebSocket: the page, and what it asks for besides."""
    if "Upgrade" in request.headers:
        return None
    path = request.path.split("?")[0]
    if path == "/over":
        OVER.set()
    elif path == "/hold":
        OVER.wait(60)
    response = connection.respond(200, PAGE.read_text() if path == "/" else NAME)
    if path == "/":
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def talk(connection):
    for message in connection:
        if message == "name":
            connection.send(NAME)
        elif message == "path":
            connection.send(connection.request.path)
        elif message == "header":
            connection.send(connection.request.headers.get("X-Forwarded-Proto", ""))
        elif isinstance(message, str) and message.startswith("close "):
            connection.close(int(message.split()[1]), "as you wish")
        else:
            connection.send(message)


def secure():
    if len(sys.argv) < 3:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*sys.argv[2:4])
    context.set_alpn_protocols(["http/1.1"])
    return context


options = {"ssl": secure(), "max_size": 64 << 20, "process_request": visit, "open_timeout": 90}
with serve(talk, sock=socket.socket(fileno=3), **options) as server:
    server.serve_forever()
