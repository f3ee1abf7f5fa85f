internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// A platform service that the node manager starts, and that does what the test tells it: when it listens, what it
/// notifies, how it ends. It is a small web server, on a UNIX socket unless told otherwise, which names itself in
/// its answers.
final class NodeService: Sendable {
    /// `name@node`.
    let identity: String
    /// Where it listens.
    let endpoint: Endpoint
    private let program: String
    /// Where its orders come from: it must be able to read and write there.
    let orders: String
    private let pipe: Int32

    /// A service whose files lie in `folder`; a test may have it listen elsewhere (`NodePlan.Override`).
    init(_ number: Int, in folder: TemporaryFolder) throws {
        identity = "portal-\(number)@test"
        endpoint = .unix(path: folder.file("portal-\(number).sock"))
        orders = folder.file("portal-\(number).orders")
        program = try folder.write(Self.text, to: "service.py")
        unsafe mkfifo(orders, 0o600)
        pipe = unsafe open(orders, O_RDWR | O_CLOEXEC)
        guard pipe >= 0 else { throw HarnessError.system("open", errno) }
    }

    deinit {
        close(pipe)
    }

    /// How it is started so that it listens at `place`: the path of a UNIX socket, or an address with a port.
    func run(at place: String) -> String {
        "[/usr/bin/python3, \(program), \(identity), \"\(place)\", \(orders)]"
    }

    /// Its entry in `local-services`. `announces`: it says READY=1 when the test tells it to, else it need not.
    func entry(_ settings: [String: String], announces: Bool) -> String {
        var all = ["run": run(at: path)]
        if announces { all["readiness"] = "notify" }
        all.merge(settings) { $1 }
        return "\(identity): { "
            + all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ") + " }"
    }

    /// Gives an order; it is carried out as soon as the service reads it.
    ///
    /// `notify TEXT`, `stranger TEXT` (from a process outside of its group), `child TEXT` (from one within it), `exit
    /// CODE`, `print TEXT`, `deafen` (listens no more), `escape` (leaves a process behind that has a session of its
    /// own), `heir` (another process, in a session of its own, becomes the main one), `nameless heir` (the same,
    /// without the mark), `verbose` (has much to say when it is told to end), `join GROUP` (a process of it tries to
    /// enter a process group), `barrier` (waits until the manager has read all), `linger` (passes a socket to the
    /// manager whose closing may last an hour), `babble` (a process without its mark writes to its output without end),
    /// `burrow` (a process in a session of its own starts another one in one of its own), `crowd COUNT` (that many
    /// processes), `status COUNT` (as many words).
    func order(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = unsafe write(pipe, bytes, bytes.count)
    }

    /// What it has written so far, as its log in the manager's folder `run` has it.
    func output(in folder: TemporaryFolder) -> String {
        (try? String(contentsOfFile: folder.file("run/logs/\(identity).log"), encoding: .utf8)) ?? ""
    }

    private var path: String { String(endpoint.text.dropFirst("unix:".count)) }

    private static let text = #"""
        import http.server, os, signal, socket, socketserver, struct, subprocess, sys, threading

        identity, path, orders = sys.argv[1:4]

        def notify(text):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet:
                outlet.sendto(text.replace(";", "\n").encode(), os.environ["NOTIFY_SOCKET"])

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # An answer leaves whole or not at all.
            wbufsize = -1

            def do_GET(self):
                body = f"{identity} incarnation {os.getpid()}\n".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Served-By", identity)
                self.send_header("X-Incarnation", str(os.getpid()))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

            def address_string(self):
                return "unix"

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True
            request_queue_size = 128

        class NetworkServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        def listen():
            global server
            if "/" not in path:
                host, port = path.split(":")
                server = NetworkServer((host, int(port)), Handler)
            else:
                if os.path.exists(path):
                    os.unlink(path)
                server = Server(path, Handler)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

        SPEAK = "import os,socket,sys;s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);" \
            "s.sendto(sys.argv[1].encode(),os.environ['NOTIFY_SOCKET']);sys.stdin.read()"

        def speak(text, **how):
            child = subprocess.Popen([sys.executable, "-c", SPEAK, text], stdin=subprocess.PIPE, **how)
            keep.append(child)

        def join(group):
            try:
                os.setpgid(0, group)
                os.write(1, b"joined\n")
            except PermissionError:
                os.write(1, b"kept out\n")

        def barrier():
            reading, writing = os.pipe()
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet:
                outlet.connect(os.environ["NOTIFY_SOCKET"])
                socket.send_fds(outlet, [b"BARRIER=1"], [writing])
            os.close(writing)
            os.read(reading, 1)
            os.close(reading)
            print("barrier passed", flush=True)

        def linger():
            listener = socket.create_server(("127.0.0.1", 0))
            client = socket.create_connection(listener.getsockname())
            keep.extend([listener, listener.accept()[0]])
            client.setblocking(False)
            try:
                while True:
                    client.send(bytes(65536))
            except BlockingIOError:
                pass
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 3600))
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet:
                outlet.connect(os.environ["NOTIFY_SOCKET"])
                socket.send_fds(outlet, [b"STATUS=take this"], [client.fileno()])
            # Ours is not the last one then; the manager's is.
            client.close()

        def end_with_words(*_):
            for number in range(20000):
                os.write(1, f"line {number} of what there was to say at the end\n".encode())
            os.write(1, b"farewell\n")
            os._exit(0)

        def feed():
            # Four times as often as it must, as long as the process runs.
            pause = int(os.environ["WATCHDOG_USEC"]) / 4e6
            while not over.wait(pause):
                notify("WATCHDOG=1")

        over = threading.Event()
        if os.environ.get("FEEDS") == "always":
            threading.Thread(target=feed, daemon=True).start()
        keep = []
        print(f"{identity} starts as {os.getpid()}", flush=True)
        listen()
        for line in os.fdopen(os.open(orders, os.O_RDWR), "r", buffering=1):
            word, _, rest = line.strip().partition(" ")
            if word == "notify":
                notify(rest)
            elif word == "stranger":
                speak(rest, start_new_session=True)
            elif word == "child":
                speak(rest)
            elif word == "escape":
                keep.append(subprocess.Popen(["/bin/sleep", "3600"], start_new_session=True))
                print(f"escaped {keep[-1].pid}", flush=True)
            elif word == "nameless":
                keep.append(subprocess.Popen(["/bin/sleep", "3600"], env={}, start_new_session=True))
                notify(f"MAINPID={keep[-1].pid}")
            elif word == "heir":
                keep.append(subprocess.Popen(["/bin/sleep", "3600"], start_new_session=True))
                notify(f"MAINPID={keep[-1].pid}")
            elif word == "verbose":
                signal.signal(signal.SIGTERM, end_with_words)
                print("will be verbose", flush=True)
            elif word == "join":
                keep.append(subprocess.Popen(["/bin/true"], preexec_fn=lambda: join(int(rest))))
            elif word == "barrier":
                barrier()
            elif word == "linger":
                linger()
            elif word == "babble":
                keep.append(subprocess.Popen(["/usr/bin/yes"], env={}, start_new_session=True))
                with open(path + ".babbler", "w") as file:
                    file.write(f"{keep[-1].pid}")
            elif word == "burrow":
                script = "setsid /bin/sleep 3600 & echo $! $$ > $0; wait"
                keep.append(subprocess.Popen(["/bin/sh", "-c", script, path + ".burrow"], start_new_session=True))
            elif word == "crowd":
                keep.extend(subprocess.Popen(["/bin/sleep", "3600"]) for _ in range(int(rest)))
                print("crowded", flush=True)
            elif word == "status":
                for number in range(int(rest)):
                    notify(f"STATUS={number}")
            elif word == "exit":
                os._exit(int(rest))
            elif word == "deafen":
                server.shutdown()
                server.server_close()
                if "/" in path:
                    os.unlink(path)
            elif word == "print":
                print(rest, flush=True)
        """#
}
