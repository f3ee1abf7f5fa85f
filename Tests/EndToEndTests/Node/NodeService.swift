internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// A platform service that the node manager starts, and that does what the test tells it: when it listens, what it
/// notifies, how it ends. It is a small web server on a UNIX socket which names itself in its answers.
final class NodeService: Sendable {
    /// `name@node`.
    let identity: String
    /// Where it listens.
    let endpoint: Endpoint
    private let program: String
    private let orders: String
    private let pipe: Int32

    /// A service whose files lie in `folder`.
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

    /// Its entry in `local-services`. `announces`: it says READY=1 when the test tells it to, else it need not.
    func entry(_ settings: [String: String], announces: Bool) -> String {
        var all = ["run": "[/usr/bin/python3, \(program), \(identity), \(path), \(orders)]"]
        if announces { all["readiness"] = "notify" }
        all.merge(settings) { $1 }
        return "\(identity): { "
            + all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            .joined(separator: ", ") + " }"
    }

    /// Gives an order; it is carried out as soon as the service reads it.
    ///
    /// `notify TEXT`, `stranger TEXT` (from a process outside of its group), `child TEXT` (from one within it), `exit CODE`,
    /// `print TEXT`, `deafen` (listens no more), `escape` (leaves a process behind that has a session of its own).
    func order(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = unsafe write(pipe, bytes, bytes.count)
    }

    private var path: String { String(endpoint.text.dropFirst("unix:".count)) }

    private static let text = #"""
        import http.server, os, socket, socketserver, subprocess, sys, threading

        identity, path, orders = sys.argv[1:4]

        def notify(text):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outlet:
                outlet.sendto(text.replace(";", "\n").encode(), os.environ["NOTIFY_SOCKET"])

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

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

        def listen():
            global server
            if os.path.exists(path):
                os.unlink(path)
            server = Server(path, Handler)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

        SPEAK = "import os,socket,sys;s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);" \
            "s.sendto(sys.argv[1].encode(),os.environ['NOTIFY_SOCKET']);sys.stdin.read()"

        def speak(text, **how):
            child = subprocess.Popen([sys.executable, "-c", SPEAK, text], stdin=subprocess.PIPE, **how)
            keep.append(child)

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
            elif word == "exit":
                os._exit(int(rest))
            elif word == "deafen":
                server.socket.close()
                os.unlink(path)
            elif word == "print":
                print(rest, flush=True)
        """#
}
