"""A gRPC service of bytes, without any schema.

usage: grpc_service.py NAME ADDRESS

ADDRESS is as gRPC writes it, such as unix:/tmp/x. It serves until it is killed. Every method tells the service's name in
its trailing metadata.
"""

import sys
import threading
from concurrent import futures

import grpc

NAME, ADDRESS = sys.argv[1:3]
cancelled = threading.Event()


def named(context):
    context.set_trailing_metadata((("service", NAME),))


def unary(request, context):
    named(context)
    if request == b"fail":
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "as you wish: 100 %")
    if request == b"deadline":
        return str(context.time_remaining()).encode()
    if request == b"cancelled":
        return b"yes" if cancelled.wait(10) else b"no"
    if request == b"metadata":
        return "\n".join(f"{key}={value}" for key, value in context.invocation_metadata()).encode()
    return request


def client_stream(requests, context):
    named(context)
    return b"".join(requests)


def server_stream(request, context):
    named(context)
    if request == b"for ever":
        ended = threading.Event()
        context.add_callback(lambda: (ended.set(), cancelled.set()))
        yield b"first"
        ended.wait(30)
        return
    for number in range(int(request)):
        yield b"%d" % number


def both_streams(requests, context):
    named(context)
    for request in requests:
        yield request


def bytes_through(value):
    return value


KINDS = {
    "/test.Bytes/Unary": grpc.unary_unary_rpc_method_handler(unary, bytes_through, bytes_through),
    "/test.Bytes/Client": grpc.stream_unary_rpc_method_handler(client_stream, bytes_through, bytes_through),
    "/test.Bytes/Server": grpc.unary_stream_rpc_method_handler(server_stream, bytes_through, bytes_through),
    "/test.Bytes/Both": grpc.stream_stream_rpc_method_handler(both_streams, bytes_through, bytes_through),
}


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        return KINDS.get(details.method)


server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), handlers=(Handler(),))
server.add_insecure_port(ADDRESS)
server.start()
server.wait_for_termination()
