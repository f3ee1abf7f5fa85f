"""Speaks HTTP/2 with the library h2, frame by frame, over connections that resume one TLS session.

Usage: h2_client.py PORT AUTHORITIES CONNECTIONS STREAMS [1.2|1.3]

Each connection opens all its streams before it reads an answer: every third one posts a body in several DATA frames.
Prints a line of JSON for each connection: whether its TLS session was resumed, and the status, the body and the fields
of every stream.
"""

import json
import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events


class Connection:
    def __init__(self, context, port, session):
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket = context.wrap_socket(plain, server_hostname="limpet.test", session=session)
        assert self.socket.selected_alpn_protocol() == "h2", self.socket.selected_alpn_protocol()
        self.machine = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.machine.initiate_connection()
        self.streams = {}
        self.flush()

    def flush(self):
        self.socket.sendall(self.machine.data_to_send())

    def request(self, path, body):
        stream = self.machine.get_next_available_stream_id()
        fields = [
            (":method", "POST" if body else "GET"),
            (":scheme", "https"),
            (":authority", "limpet.test"),
            (":path", path),
            ("accept", "*/*"),
        ]
        self.machine.send_headers(stream, fields, end_stream=not body)
        for start in range(0, len(body), 1000):
            self.machine.send_data(stream, body[start : start + 1000], end_stream=start + 1000 >= len(body))
        self.streams[stream] = {"path": path, "status": None, "body": b"", "fields": {}, "ended": False}
        self.flush()

    def read(self):
        while not all(stream["ended"] for stream in self.streams.values()):
            data = self.socket.recv(65536)
            assert data, "closed before all was answered"
            for event in self.machine.receive_data(data):
                self.take(event)
            self.flush()

    def take(self, event):
        if isinstance(event, h2.events.ResponseReceived):
            fields = dict(event.headers)
            self.streams[event.stream_id]["status"] = int(fields.pop(":status"))
            self.streams[event.stream_id]["fields"] = fields
        elif isinstance(event, h2.events.DataReceived):
            self.streams[event.stream_id]["body"] += event.data
            self.machine.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self.streams[event.stream_id]["ended"] = True
        elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
            raise RuntimeError(f"{event} instead of an answer")

    def close(self):
        self.machine.close_connection()
        self.flush()
        self.socket.close()


def main():
    port, authorities, connections, streams = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    context = ssl.create_default_context(cafile=authorities)
    context.set_alpn_protocols(["h2"])
    if len(sys.argv) > 5:
        context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[sys.argv[5]]
    session = None
    for number in range(connections):
        connection = Connection(context, port, session)
        for stream in range(streams):
            connection.request(f"/{number}/{stream}", b"x" * 5000 if stream % 3 == 2 else b"")
        connection.read()
        answers = [
            {"status": each["status"], "body": each["body"].decode(), "fields": each["fields"]}
            for each in connection.streams.values()
        ]
        print(json.dumps({"resumed": connection.socket.session_reused, "answers": answers}))
        session = connection.socket.session
        connection.close()


main()
