"""A gRPC client that visits a gateway with grpc_service.py behind it.

usage: grpc_client.py talk|once|owner|down ADDRESS [CA]

  talk   calls of all kinds, errors, deadlines, metadata, cancellation
  once   one call that succeeds
  owner  the calls of a channel reach one service, those of many channels reach several
  down   a call that the gateway answers itself, because no service is there

Without CA the gateway is spoken to without TLS. Exits with 0 if all is as it should be.
"""

import sys
import threading

import grpc

KIND, ADDRESS = sys.argv[1:3]
AUTHORITY = sys.argv[3] if len(sys.argv) > 3 else None
NAME = "limpet.test"
PATIENCE = 30


def channel():
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.default_authority", NAME)]
    if not AUTHORITY:
        return grpc.insecure_channel(ADDRESS, options)
    with open(AUTHORITY, "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel(ADDRESS, credentials, options + [("grpc.ssl_target_name_override", NAME)])


def owner_of(call):
    return dict(call.trailing_metadata())["service"]


def expect(is_so, *words):
    if not is_so:
        sys.exit("not as it should be: " + " ".join(str(word) for word in words))


def failure(action):
    try:
        action()
    except grpc.RpcError as error:
        return error
    sys.exit("no error")


def talk():
    with channel() as made:
        unary = made.unary_unary("/test.Bytes/Unary")
        client = made.stream_unary("/test.Bytes/Client")
        server = made.unary_stream("/test.Bytes/Server")
        both = made.stream_stream("/test.Bytes/Both")

        expect(unary(b"hello", timeout=PATIENCE) == b"hello", "unary")
        large = bytes(3 << 20)
        expect(unary(large, timeout=PATIENCE) == large, "three megabytes")
        expect(client(iter([b"a", b"b", b"c"]), timeout=PATIENCE) == b"abc", "client streaming")
        answers = list(server(b"1000", timeout=PATIENCE))
        expect(answers == [b"%d" % number for number in range(1000)], "server streaming")

        # Each message waits for the answer to the one before it.
        turn, said = threading.Semaphore(1), []

        def messages():
            for number in range(50):
                turn.acquire()
                yield b"%d" % number

        for answer in both(messages(), timeout=PATIENCE):
            said.append(answer)
            turn.release()
        expect(said == [b"%d" % number for number in range(50)], "streaming both ways")

        error = failure(lambda: unary(b"fail", timeout=PATIENCE))
        expect(error.code() == grpc.StatusCode.FAILED_PRECONDITION, error)
        expect(error.details() == "as you wish: 100 %", error.details())
        unknown = made.unary_unary("/test.Bytes/Unknown")
        expect(failure(lambda: unknown(b"", timeout=PATIENCE)).code() == grpc.StatusCode.UNIMPLEMENTED, "unknown")

        remaining = float(unary(b"deadline", timeout=PATIENCE))
        expect(PATIENCE / 2 < remaining < PATIENCE + 1, remaining)
        error = failure(lambda: list(server(b"for ever", timeout=0.5)))
        expect(error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error)

        metadata = unary(b"metadata", timeout=PATIENCE, metadata=(("x-a", "b"), ("x-b-bin", b"\0\1")))
        expect(b"x-a=b" in metadata and b"x-b-bin=b'\\x00\\x01'" in metadata, metadata)

        call = server(b"for ever", timeout=PATIENCE)
        expect(next(call) == b"first", "first of many")
        call.cancel()
        expect(unary(b"cancelled", timeout=PATIENCE) == b"yes", "cancellation")

        calls = [unary.future(b"%d" % number, timeout=PATIENCE) for number in range(200)]
        expect([call.result() for call in calls] == [b"%d" % number for number in range(200)], "many at once")


def once():
    with channel() as made:
        expect(made.unary_unary("/test.Bytes/Unary")(b"hello", timeout=PATIENCE) == b"hello", "once")


def owner():
    owners = []
    for _ in range(9):
        with channel() as made:
            unary = made.unary_unary("/test.Bytes/Unary")
            first = unary.with_call(b"", timeout=PATIENCE)[1]
            calls = [unary.future(b"", timeout=PATIENCE) for _ in range(20)]
            stream = made.stream_unary("/test.Bytes/Client").future(iter([b"a"]), timeout=PATIENCE)
            found = {owner_of(call) for call in [first, stream, *calls] if call.code() == grpc.StatusCode.OK}
            expect(len(found) == 1, "one owner", found)
            owners += found
    expect(len(set(owners)) > 1, "several owners", owners)


def down():
    with channel() as made:
        error = failure(lambda: made.unary_unary("/test.Bytes/Unary")(b"", timeout=PATIENCE))
        expect(error.code() == grpc.StatusCode.UNAVAILABLE, error)
        expect(error.details() in ("Bad Gateway", "Service Unavailable"), error.details())
        error = failure(lambda: made.unary_unary("/elsewhere/Unary")(b"", timeout=PATIENCE))
        expect(error.code() == grpc.StatusCode.UNIMPLEMENTED and error.details() == "Not Found", error)


{"talk": talk, "once": once, "owner": owner, "down": down}[KIND]()
