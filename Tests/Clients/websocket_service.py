"""A WebSocket service that echoes messages and knows some commands.

usage: websocket_service.py NAME [CERTIFICATE KEY]

Descriptor 3 is its listening socket; with a certificate it speaks TLS there. It serves until it is killed.
"""

import socket
import ssl
import sys

from websockets.sync.server import serve

NAME = sys.argv[1]


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


with serve(talk, sock=socket.socket(fileno=3), ssl=secure(), max_size=64 << 20) as server:
    server.serve_forever()
