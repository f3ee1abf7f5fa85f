"""The gateways of bench/stickiness: each with its way to keep clients at their services, and what an operator can do to it
while it runs."""
import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from . import places, processes
from .gateway import SETTLED, Gateway
from .processes import Refused

KINDS = {
    "id12": "TLS 1.2 session ID", "ticket12": "TLS 1.2 ticket", "stateless13": "TLS 1.3 stateless ticket",
    "stateful13": "TLS 1.3 stateful ticket",
}


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
    """Its certificate, ticket keys and services come from files that it watches (xDS by path), each replaced by a rename."""

    name, title, template = "envoy", "Envoy, ring over the session ID", "envoy.yaml"
    keys = ()

    def values(self):
        return dict(super().values(), FILES=self.bench.directory / f"envoy-{self.port}")

    def line(self, service):
        return ""

    def write(self):
        self.keys = self.keys or (new_key(80),)
        super().write()
        self.values()["FILES"].mkdir(exist_ok=True)
        self.put_services()
        self.put_certificate()
        self.put_keys()

    def reload(self):
        raise Refused("not tried: hot restart, with a program around it")

    def renew(self):
        self.put_certificate()
        time.sleep(SETTLED)

    def add(self, service):
        self.put_services()
        time.sleep(SETTLED)

    def rotate_keys(self):
        self.keys = (new_key(80), *self.keys)
        self.put_keys()
        time.sleep(SETTLED)

    def drain(self, service):
        raise Refused("an endpoint that is DRAINING gets no requests at all")

    def put_services(self):
        self.put("services", "config.endpoint.v3.ClusterLoadAssignment", cluster_name="portal", endpoints=[{
            "lb_endpoints": [
                {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": each.port}}}}
                for each in self.services]}])

    def put_certificate(self):
        values = self.values()
        self.put("server", "extensions.transport_sockets.tls.v3.Secret", name="server", tls_certificate={
            "certificate_chain": {"inline_string": values["CERTIFICATE"].read_text()},
            "private_key": {"inline_string": values["KEY"].read_text()}})

    def put_keys(self):
        """The first seals, all open."""
        self.put("tickets", "extensions.transport_sockets.tls.v3.Secret", name="tickets", session_ticket_keys={
            "keys": [{"inline_bytes": key} for key in self.keys]})

    def put(self, file, kind, **resource):
        folder = self.values()["FILES"]
        resource["@type"] = f"type.googleapis.com/envoy.{kind}"
        (folder / f".{file}").write_text(json.dumps({"resources": [resource]}))
        os.replace(folder / f".{file}", folder / f"{file}.json")


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
