"""A WebSocket service that echoes messages and knows some commands.

usage: websocket_service.py NAME

Descriptor 3 is its listening socket. It serves until it is killed.
"""

import socket
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


with serve(talk, sock=socket.socket(fileno=3), max_size=64 << 20) as server:
    server.serve_forever()
