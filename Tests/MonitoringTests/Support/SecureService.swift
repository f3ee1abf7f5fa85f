import Foundation
import Platform
import Runtime
import TLS

/// A service that speaks TLS with a certificate that nobody has signed, and counts its handshakes.
final class SecureService {
    let address: SocketAddress
    private(set) var handshakeCount = 0

    private let listener: ScriptedService
    private let loop: EventLoop
    private let context: ServerContext
    private var connections: [Connection] = []

    init(loop: EventLoop) throws {
        self.loop = loop
        context = try Self.context()
        listener = try ScriptedService(.close, loop: loop)
        address = listener.address
        listener.script = .hand { [unowned self] descriptor in
            let connection = Connection(descriptor, of: self, context, loop)
            connections.append(connection)
        }
    }

    func stop() {
        listener.stop()
        for connection in connections { connection.close() }
        connections = []
    }

    private static func context() throws -> ServerContext {
        let folder = FileManager.default.temporaryDirectory.path + "/limpet-monitoring-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
            ]
            + [
                "-subj", "/CN=probe.test", "-days", "2", "-keyout", "\(folder)/key", "-out",
                "\(folder)/certificate",
            ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let pair = CertificatePair(certificate: "\(folder)/certificate", key: "\(folder)/key")
        return try ServerContext(
            ServerSettings(
                certificates: [pair], sessionContext: [1],
                ticketKeys: TicketKeyRing(rotation: .seconds(3600), keptKeys: 1)))
    }

    private final class Connection: EventHandler {
        private weak var service: SecureService?
        private let transport: Transport
        private let loop: EventLoop
        private var tls: TLSConnection?
        private var isDone = false

        init(
            _ descriptor: consuming Descriptor, of service: SecureService, _ context: ServerContext,
            _ loop: EventLoop
        ) {
            self.service = service
            self.loop = loop
            transport = Transport(adopting: descriptor, loop: loop)
            super.init()
            tls = try? TLSConnection(server: context, transport: transport, delegate: nil)
            try? loop.attach(self, descriptor: transport.descriptor)
        }

        func close() {
            loop.detach(self)
            tls = nil
            transport.close()
        }

        override func ready(_ readiness: Readiness) {
            transport.note(readiness)
            guard let tls, !isDone else { return readiness.isDisjoint(with: .peerClosed) ? () : close() }
            switch tls.handshake() {
            case .done:
                isDone = true
                service?.handshakeCount += 1
            case .wantRead: break
            case .failed: close()
            }
            if !readiness.isDisjoint(with: .peerClosed) { close() }
        }
    }
}
