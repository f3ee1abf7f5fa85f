"""A service that speaks TLS, and writes what it has seen of each connection into a file, a line of JSON each.

usage: tls_service.py DESCRIPTOR JOURNAL CERTIFICATE KEY [--client-ca FILE] [--newest 1.2] [--protocols h2,http/1.1]

It listens on the inherited socket DESCRIPTOR. A request is answered with its own body, or `ok` if it has none. After a
request for /become?PROTOCOLS it agrees on others with new connections.
"""

import argparse
import contextlib
import json
import socket
import ssl
import threading

import h2.config
import h2.connection
import h2.events
import h2.settings

lock = threading.Lock()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("descriptor", type=int)
    parser.add_argument("journal")
    parser.add_argument("certificate")
    parser.add_argument("key")
    parser.add_argument("--client-ca")
    parser.add_argument("--newest", default="1.3")
    parser.add_argument("--protocols", default="http/1.1")
    options = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)
    become(context, options.protocols)
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


def become(context, protocols):
    context.set_alpn_protocols([name for name in protocols.split(",") if name])


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
            if secure.selected_alpn_protocol() == "h2":
                answer_streams(secure, context)
            else:
                answer(secure, context, journal)
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


def echo(secure, journal):
    # An end without a close_notify is an error from here on.
    secure.suppress_ragged_eofs = False
    while received := secure.recv(65536):
        secure.sendall(received)
        if received.endswith(b"cut"):
            # Python ends a connection without a close_notify.
            return
    tell(journal, {"first": 22, "end": "in order"})
    secure.unwrap()


def answer(secure, context, journal):
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
        if line.startswith(b"GET /become?"):
            become(context, line.split()[1].decode().partition("?")[2])
            stream.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            stream.flush()
            with contextlib.suppress(OSError):
                secure.unwrap()
            return
        if line.startswith(b"GET /tunnel"):
            stream.write(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
            stream.flush()
            return echo(secure, journal)
        content = stream.read(length) if length else b"ok"
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        stream.flush()


def answer_streams(secure, context):
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    # WebSockets on streams (RFC 8441).
    allowed = {h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL: 1}
    connection.local_settings = h2.settings.Settings(client=False, initial_values=allowed)
    connection.initiate_connection()
    requests, waiting, tunnels = {}, {}, set()
    while True:
        for stream in list(waiting):
            send(connection, stream, waiting)
        secure.sendall(connection.data_to_send())
        received = secure.recv(65536)
        if not received:
            return
        for event in connection.receive_data(received):
            if isinstance(event, h2.events.RequestReceived):
                requests[event.stream_id] = (dict(event.headers), bytearray())
                if ":protocol" in requests[event.stream_id][0]:
                    tunnels.add(event.stream_id)
                    connection.send_headers(event.stream_id, [(":status", "200")])
            elif isinstance(event, h2.events.DataReceived) and event.stream_id in tunnels:
                connection.send_data(event.stream_id, event.data)
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded) and event.stream_id in tunnels:
                connection.end_stream(event.stream_id)
            elif isinstance(event, h2.events.DataReceived):
                requests[event.stream_id][1].extend(event.data)
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                fields, body = requests.pop(event.stream_id)
                path, _, query = fields[":path"].partition("?")
                if path == "/scheme":
                    body = fields[":scheme"].encode()
                if path == "/become":
                    become(context, query)
                    connection.send_headers(event.stream_id, [(":status", "204")], end_stream=True)
                    connection.close_connection()
                    secure.sendall(connection.data_to_send())
                    return
                connection.send_headers(event.stream_id, [(":status", "200")])
                waiting[event.stream_id] = bytes(body) or b"ok"


def send(connection, stream, waiting):
    while content := waiting[stream]:
        room = min(connection.local_flow_control_window(stream), connection.max_outbound_frame_size)
        if room <= 0:
            return
        connection.send_data(stream, content[:room])
        waiting[stream] = content[room:]
    connection.end_stream(stream)
    del waiting[stream]


main()
