"""Tells what a process has set on its TCP connections.

Usage: socket_options.py PID PORT...

Prints a line for each connection of the process that has one of the ports, here or there: the port, `client` or
`upstream` as the port is the local or the remote one, and whether TCP_NODELAY is set (0 or 1).
"""

import ctypes
import os
import socket
import sys

PIDFD_GETFD = 438


def connections(process):
    """The TCP sockets of a process, as descriptors of our own."""
    library = ctypes.CDLL(None, use_errno=True)
    handle = os.pidfd_open(process)
    for name in os.listdir(f"/proc/{process}/fd"):
        try:
            kind = os.readlink(f"/proc/{process}/fd/{name}")
        except FileNotFoundError:
            continue
        if not kind.startswith("socket:"):
            continue
        copy = library.syscall(PIDFD_GETFD, handle, int(name), 0)
        if copy >= 0:
            yield socket.socket(fileno=copy)
    os.close(handle)


def main():
    ports = {int(port) for port in sys.argv[2:]}
    for connection in connections(int(sys.argv[1])):
        try:
            if connection.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            here, there = connection.getsockname()[1], connection.getpeername()[1]
        except OSError:
            continue  # It listens.
        for port, kind in ((here, "client"), (there, "upstream")):
            if port in ports:
                print(port, kind, connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


main()
