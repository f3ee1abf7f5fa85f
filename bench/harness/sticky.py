"""The gateways of bench/stickiness: each with its way to keep clients at their services, four services behind it, and what
an operator can do to it while it runs."""
import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from . import peers, places, processes
from .processes import Refused

KINDS = {
    "id12": "TLS 1.2 session ID", "ticket12": "TLS 1.2 ticket", "stateless13": "TLS 1.3 stateless ticket",
    "stateful13": "TLS 1.3 stateful ticket",
}
SETTLED = 1.5


class Service:
    """A platform service that names itself."""

    def __init__(self, bench, identity):
        self.bench, self.identity = bench, identity
        self.port = processes.free_port()
        self.state = "ready"
        self.start()

    def start(self):
        self.process = self.bench.start(
            [places.LIMPET, "demo-service", "--listen", f"127.0.0.1:{self.port}", "--identity", self.identity],
            log="services.log")
        processes.wait_until(lambda: processes.accepts(self.port), 10, self.identity, self.process)

    @property
    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.bench.end(self.process)


class Gateway:
    """What all gateways have in common. A gateway lives for one kind of resumption."""

    name = title = template = None
    # The disturbances that it is tried with; None for all.
    disturbances = None

    def __init__(self, bench, kind, services):
        self.bench, self.kind, self.services = bench, kind, services
        self.port = processes.free_port()
        self.configuration = bench.directory / f"sticky-{self.port}-{self.template}"
        self.log = f"sticky-{self.name}-{self.port}.log"
        self.start()

    def values(self):
        """What the template needs."""
        current = self.bench.directory / "current"
        return {
            "PORT": self.port, "DIR": self.bench.directory, "CERTIFICATE": current / "server.pem",
            "KEY": current / "server.key", "INSTANCES": "\n".join(self.line(each) for each in self.services),
            "WORKERS": 2,
        }

    def line(self, service):
        raise NotImplementedError

    def write(self):
        self.configuration.write_text(
            processes.rendered(places.PEERS / "stickiness" / self.template, self.values()))

    def command(self, program):
        return peers.command(self.name, program, self.configuration, self.values())

    def start(self):
        program = peers.installed(self.name)
        if program is None:
            raise Refused("not installed")
        self.write()
        self.process = self.bench.start(self.command(program), log=self.log)
        self.bench.wait_until_serves(self.process, self.title, self.port, "/", self.log)
        self.settle()

    def settle(self):
        """Waits until it sends to all services, where that takes a while."""

    def reach_all(self):
        """Comes as a new client again and again until each service has answered once; for gateways that give new clients
        to the services in turns."""
        missing = {each.identity for each in self.services if each.is_alive and each.state == "ready"}

        def reached():
            missing.discard(processes.served_by(self.port))
            return not missing

        processes.wait_until(reached, 10, f"{self.title} reaches all services", self.process)

    def stop(self):
        self.bench.end(self.process)

    def restart(self):
        self.stop()
        processes.wait_until(lambda: not processes.accepts(self.port), 10, f"{self.title} does not end")
        self.start()

    def reload(self):
        """Takes a new configuration without an end; refused where there is no such thing."""
        raise Refused("no reload of its configuration")

    def renew(self):
        """Takes certificates that have changed."""
        self.reload()

    def add(self, service):
        """Takes a service that has come; it is in `services` already."""
        self.reload()

    def rotate_keys(self):
        raise Refused("no way to rotate ticket keys in this set-up")

    def drain(self, service):
        raise Refused("no draining in this set-up")

    def signalled(self, number):
        self.write()
        os.kill(self.process.pid, number)
        time.sleep(SETTLED)


class Limpet(Gateway):
    name, title, template = "limpet", "Limpet", "limpet.yaml"

    def values(self):
        return dict(
            super().values(), RESUMPTION="stateful" if self.kind == "stateful13" else "both", LOG=self.access_log,
            STATE=self.state)

    @property
    def state(self):
        """What is said of a file that keeps the ticket keys."""
        return ""

    def settle(self):
        self.reach_all()

    @property
    def access_log(self):
        return self.bench.directory / f"sticky-{self.port}.access.log"

    def line(self, service):
        return (f'      - {{ id: {service.identity}, address: "127.0.0.1:{service.port}", state: {service.state} }}')

    def reload(self):
        self.signalled(signal.SIGHUP)

    def rotate_keys(self):
        # A new key each three seconds: by then every ticket is of an older one.
        time.sleep(3.5)

    def drain(self, service):
        service.state = "draining"
        self.reload()


class LimpetWithState(Limpet):
    title = "Limpet, with ticket-keys.state"
    disturbances = ("ticket-key rotation", "reload", "gateway restarted")

    @property
    def state(self):
        folder = self.bench.directory / f"state-{self.port}"
        folder.mkdir(mode=0o700, exist_ok=True)
        return f", state: {folder / 'keys'}"


class HAProxy(Gateway):
    name, title, template = "haproxy", "HAProxy, stick on ssl_fc_session_id", "haproxy.cfg"
    with_key_file = False

    def __init__(self, bench, kind, services):
        self.peers_port = processes.free_port()
        super().__init__(bench, kind, services)

    def values(self):
        options = []
        if self.kind == "stateful13":
            options.append("no-tls-tickets")
        if self.with_key_file:
            options.append(f"tls-ticket-keys {self.key_file}")
        return dict(super().values(), PEERS_PORT=self.peers_port, BIND_OPTIONS=" ".join(options))

    @property
    def key_file(self):
        return self.bench.directory / f"haproxy-{self.port}.keys"

    def write(self):
        if self.with_key_file and not self.key_file.exists():
            self.key_file.write_text("".join(f"{new_key(80)}\n" for _ in range(3)))
        super().write()

    def command(self, program):
        return [program, "-W", "-db", "-L", "bench", "-f", self.configuration]

    def line(self, service):
        weight = "" if service.state == "ready" else " weight 0"
        return f"    server {self.server(service)} 127.0.0.1:{service.port}{weight}"

    @staticmethod
    def server(service):
        return service.identity.replace("@", "-")

    def settle(self):
        self.reach_all()

    def reload(self):
        self.signalled(signal.SIGUSR2)

    # What its management guide (9.3) offers at run time needs no reload; the file is written for those that follow.

    def renew(self):
        bundle = self.values()["CERTIFICATE"].parent / "bundle.pem"
        self.tell(f"set ssl cert {bundle} <<\n{bundle.read_text().strip()}\n", "created|updated")
        self.tell(f"commit ssl cert {bundle}", "Success")

    def add(self, service):
        name = f"portal/{self.server(service)}"
        self.write()
        self.tell(f"add server {name} 127.0.0.1:{service.port} check inter 250ms rise 2 fall 2", "registered")
        self.tell(f"enable server {name}", "^$")
        self.tell(f"enable health {name}", "^$")

    def drain(self, service):
        service.state = "draining"
        self.write()
        self.tell(f"set server portal/{self.server(service)} state drain", "^$")

    def tell(self, command, expected):
        """Says a command to its socket; refused unless the answer is as expected."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(5)
            control.connect(str(self.bench.directory / f"haproxy-{self.port}.stats"))
            control.sendall(f"{command}\n".encode())
            said = b""
            while more := control.recv(4096):
                said += more
        text = said.decode().strip()
        if not re.search(expected, text):
            raise Refused(f"HAProxy said: {text}")


class HAProxyWithKeys(HAProxy):
    title = "HAProxy, the same with a ticket-key file"
    with_key_file = True

    def rotate_keys(self):
        self.tell(f"set ssl tls-key {self.key_file} {new_key(80)}", "updated")


class Nginx(Gateway):
    name, title, template = "nginx", "nginx, hash $ssl_session_id consistent", "nginx.conf"

    def values(self):
        keys = [self.bench.directory / f"nginx-{self.port}-{number}.key" for number in (0, 1)]
        for path in keys:
            if not path.exists():
                path.write_bytes(os.urandom(80))
        tickets = "".join(f"ssl_session_ticket_key {path};\n        " for path in keys)
        return dict(super().values(), TICKETS="ssl_session_tickets off;" if self.kind == "stateful13" else tickets)

    def line(self, service):
        return f"        server 127.0.0.1:{service.port};"

    def reload(self):
        self.signalled(signal.SIGHUP)

    def rotate_keys(self):
        new, old = (self.bench.directory / f"nginx-{self.port}-{number}.key" for number in (0, 1))
        shutil.copy(new, old)
        new.write_bytes(os.urandom(80))
        self.reload()

    def drain(self, service):
        raise Refused("`down` takes the clients away, and `drain` is for subscribers")


class Nghttpx(Gateway):
    name, title, template = "nghttpx", "nghttpx, affinity by address", "nghttpx.conf"

    def values(self):
        for path in self.key_files:
            if not path.exists():
                path.write_bytes(os.urandom(48))
        return dict(super().values(), TICKETS="\n".join(f"tls-ticket-key-file={path}" for path in self.key_files))

    @property
    def key_files(self):
        """The first seals, all open."""
        return [self.bench.directory / f"nghttpx-{self.port}-{number}.key" for number in (0, 1)]

    def line(self, service):
        return f"backend=127.0.0.1,{service.port};;affinity=ip"

    def reload(self):
        self.signalled(signal.SIGHUP)

    def rotate_keys(self):
        new, old = self.key_files
        shutil.copy(new, old)
        new.write_bytes(os.urandom(48))
        self.reload()


class Envoy(Gateway):
    name, title, template = "envoy", "Envoy, ring over the session ID", "envoy.yaml"

    def line(self, service):
        return (
            "              - endpoint: { address: { socket_address: { address: 127.0.0.1, "
            f"port_value: {service.port} }} }} }}")


GATEWAYS = {
    "limpet": Limpet, "limpet-state": LimpetWithState, "haproxy": HAProxy, "haproxy-keys": HAProxyWithKeys, "nginx": Nginx, "nghttpx": Nghttpx,
    "envoy": Envoy,
}


def new_key(count):
    return base64.b64encode(os.urandom(count)).decode()


def put_certificates(bench, source):
    """Makes the certificates of a folder the current ones, each file in one step."""
    current = bench.directory / "current"
    current.mkdir(exist_ok=True)
    for name in ("server.pem", "server.key"):
        shutil.copy(source / name, current / f".{name}")
        os.replace(current / f".{name}", current / name)
    bundle = current / ".bundle"
    bundle.write_text((current / "server.pem").read_text() + (current / "server.key").read_text())
    os.replace(bundle, current / "bundle.pem")


def other_certificates(bench):
    """A folder with certificates of the same names and other keys."""
    folder = bench.directory / "renewed"
    made = subprocess.run(
        [places.ROOT / "certs/make", "--quiet", "--into", folder], capture_output=True, text=True, timeout=60)
    if made.returncode != 0:
        raise Refused(f"certs/make: {made.stderr.strip()}")
    return folder
