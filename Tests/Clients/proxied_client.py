"""Asks over TLS behind a PROXY protocol header, as a proxy in front of the gateway does that passes TLS through.

Usage: proxied_client.py PORT AUTHORITIES HEADER

HEADER is in hexadecimal digits. Prints the status line of the answer.
"""

import socket
import ssl
import sys


def main():
    port, authorities, header = int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])
    context = ssl.create_default_context(cafile=authorities)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(header)
        with context.wrap_socket(connection, server_hostname="localhost") as secure:
            secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := secure.recv(65536):
                answer += piece
    print(answer.split(b"\r\n")[0].decode())


main()
