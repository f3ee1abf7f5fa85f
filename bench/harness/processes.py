"""Starts programs, waits until they serve, and ends every one of them by its own process id."""
import contextlib
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import string
import subprocess
import tempfile
import threading
import time

from . import kernel


class Refused(Exception):
    """A measurement could not be made; the sentence is for the user."""


class Template(string.Template):
    """`${NAME}` is replaced; every other dollar stays, as nginx's variables need."""

    pattern = r"""
        \$(?:(?P<escaped>(?!))|(?P<named>(?!))|\{(?P<braced>[A-Z_]+)\}|(?P<invalid>(?!)))
    """


def rendered(path, values):
    """The text of a template file with its values put in; a name without value is an error."""
    return Template(pathlib.Path(path).read_text()).substitute({key: str(value) for key, value in values.items()})


_handed_out = set()


def free_port():
    """A port of the loopback interface that nobody listens at, below those that outgoing connections use."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _handed_out:
            _handed_out.add(port)
            return port


def many_descriptors():
    """Lets this process and its children have as many descriptors as 10,000 connections take on both sides, or as the
    system allows; returns how many."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < 65536:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))
            return 65536
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def accepts(port):
    """Whether somebody accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def answers(port, path, name="limpet.test"):
    """Whether a GET over TLS is answered with 200."""
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                tls.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                return tls.recv(100).startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
    except OSError:
        return False


def served_by(port, name="limpet.test"):
    """Which service answers a client that nobody knows; None if none does."""
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                tls.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
                said = b""
                while b"\r\n\r\n" not in said and (more := tls.recv(4096)):
                    said += more
    except OSError:
        return None
    found = re.search(rb"\r\nX-Served-By: *([^\r]*)\r\n", said, re.I)
    return found.group(1).decode() if found else None


def speaks_http2(port, name="limpet.test"):
    """Whether HTTP/2 is agreed on where it is offered."""
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as plain:
            with context.wrap_socket(plain, server_hostname=name) as tls:
                return tls.selected_alpn_protocol() == "h2"
    except OSError:
        return False


def wait_until(condition, seconds, what, process=None):
    """Waits for a condition, looking every few milliseconds; gives up with a sentence."""
    deadline = time.monotonic() + seconds
    while not condition():
        if process is not None and process.poll() is not None:
            raise Refused(f"{what}: the program ended with code {process.returncode}")
        if time.monotonic() > deadline:
            raise Refused(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def _interrupt(*_):
    raise KeyboardInterrupt


class Bench:
    """A folder for one run, and the processes in it. Leaving it ends all of them."""

    def __init__(self):
        self.directory = None
        self.descriptors = 0
        self._processes = []
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        self.descriptors = many_descriptors()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="limpet-bench-"))
        os.chmod(self.directory, 0o755)
        signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(self, *_):
        for process in reversed(self._processes):
            self.end(process)
        self._stack.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self, command, log=None, environment=None, **more):
        """Starts a program; what it says goes to a file in the folder."""
        # The program has a descriptor of its own to its log: ours would only add up, trial after trial.
        with open(self.directory / log if log else os.devnull, "ab") as output:
            process = subprocess.Popen(
                [str(word) for word in command], stdin=more.pop("stdin", subprocess.DEVNULL),
                stdout=more.pop("stdout", output), stderr=more.pop("stderr", output),
                env=dict(os.environ, SWIFT_BACKTRACE="enable=no", **(environment or {})), **more)
        self._processes.append(process)
        return process

    def end(self, process, seconds=5):
        """Asks a program and its children to end, and then no longer asks."""
        members = kernel.descendants(process.pid)
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for member in members[1:]:
            # A child of ours that outlived its parent; its id cannot be another's yet if its parent is init.
            with contextlib.suppress(OSError, IndexError):
                parent = pathlib.Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()[1]
                if parent == "1":
                    os.kill(member, signal.SIGKILL)
        if process in self._processes:
            self._processes.remove(process)

    def log_collector(self):
        """The port of one who takes log lines over TCP, in large pieces, and drops them: as a log daemon would take them."""
        listener = self._stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16))
        listener.settimeout(0.2)
        over = threading.Event()

        def take(connection):
            with connection, contextlib.suppress(OSError):
                connection.settimeout(0.2)
                room = bytearray(1 << 20)
                while not over.is_set():
                    with contextlib.suppress(socket.timeout):
                        if connection.recv_into(room) == 0:
                            return

        def accept():
            while not over.is_set():
                with contextlib.suppress(OSError):
                    threading.Thread(target=take, args=(listener.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(over.set)
        port = listener.getsockname()[1]
        _handed_out.add(port)
        return port

    def wait_until_serves(self, process, title, port, path, log):
        """Waits until a program that was started answers; gives up with what it said."""
        try:
            wait_until(lambda: answers(port, path), 20, f"{title} does not serve", process)
        except Refused as refusal:
            raise Refused(f"{refusal}\n{self.tail(log)}") from None

    def tail(self, log, lines=10):
        """The last lines that a program said."""
        with contextlib.suppress(FileNotFoundError):
            return "\n".join((self.directory / log).read_text(errors="replace").splitlines()[-lines:])
        return ""
