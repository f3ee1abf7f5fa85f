"""A service that speaks TLS, and writes what it has seen of each connection into a file, a line of JSON each.

usage: tls_service.py DESCRIPTOR JOURNAL CERTIFICATE KEY [--client-ca FILE] [--newest 1.2]

It listens on the inherited socket DESCRIPTOR. A request is answered with its own body, or `ok` if it has none.
"""

import argparse
import json
import socket
import ssl
import threading

lock = threading.Lock()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("descriptor", type=int)
    parser.add_argument("journal")
    parser.add_argument("certificate")
    parser.add_argument("key")
    parser.add_argument("--client-ca")
    parser.add_argument("--newest", default="1.3")
    options = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    context.set_alpn_protocols(["http/1.1"])
    context.sni_callback = remember_name
    if options.newest == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    if options.client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(options.client_ca)
    listener = socket.socket(fileno=options.descriptor)
    listener.setblocking(True)
    with open(options.journal, "a", encoding="utf-8") as journal:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, context, journal), daemon=True).start()


def remember_name(secure, name, _):
    secure.asked_name = name


def serve(connection, context, journal):
    facts = {}
    try:
        # The first byte tells TLS (22) from everything else.
        facts["first"] = connection.recv(1, socket.MSG_PEEK)[0]
        with context.wrap_socket(connection, server_side=True) as secure:
            facts |= {
                "version": secure.version(),
                "resumed": secure.session_reused,
                "name": getattr(secure, "asked_name", None) or "",
                "protocol": secure.selected_alpn_protocol() or "",
                "client": subject(secure.getpeercert()),
            }
            tell(journal, facts)
            answer(secure)
    except ssl.SSLError as error:
        tell(journal, facts | {"failure": error.reason or str(error)})
    except (IndexError, OSError):
        pass


def subject(certificate):
    if not certificate:
        return ""
    return dict(part[0] for part in certificate["subject"]).get("commonName", "")


def tell(journal, facts):
    with lock:
        journal.write(json.dumps(facts) + "\n")
        journal.flush()


def answer(secure):
    stream = secure.makefile("rwb")
    while line := stream.readline():
        length = 0
        while (field := stream.readline().strip()) != b"":
            name, _, value = field.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if line.startswith(b"GET /cut"):
            # Python ends a connection without a close_notify.
            stream.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\npart")
            stream.flush()
            return
        if line.startswith(b"GET /twice"):
            # Two records that arrive together: the second one answers nothing.
            secure.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nunasked")
            secure.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
            continue
        content = stream.read(length) if length else b"ok"
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        stream.flush()


main()
