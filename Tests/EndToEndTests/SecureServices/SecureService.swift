internal import Foundation
internal import TestSupport

/// A service that speaks TLS, in a process of its own, and what it has seen of its connections.
final class SecureService {
    /// What the service tells of a connection.
    struct Connection: Decodable, Equatable {
        /// Its first byte.
        var first: Int
        var version: String?
        var resumed: Bool?
        /// The name that was asked for.
        var name: String?
        var `protocol`: String?
        /// The common name of the certificate that we have shown.
        var client: String?
        /// How the client's direction of a tunnel has ended.
        var end: String?
        /// Why there was no handshake.
        var failure: String?
    }

    let endpoint: Endpoint
    private let socket: Socket
    private let process: ChildProcess
    private let journal: String

    /// Starts a service with one of `certificates`.
    init(_ certificates: ServiceCertificates, _ name: String = "good", _ options: [String] = []) throws {
        socket = try Socket.listening()
        endpoint = .ipv4(port: socket.port)
        journal = certificates.path("journal-\(socket.port)")
        process = try PythonProgram.start(
            "tls_service.py",
            ["3", journal, certificates.path("\(name).pem"), certificates.path("\(name).key")] + options,
            descriptors: [nil, nil, 2, socket.descriptor])
    }

    deinit {
        process.signal(9)
    }

    /// The connections so far that had a request, or were refused.
    func connections() throws -> [Connection] {
        let text = try String(contentsOfFile: journal, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            try JSONDecoder().decode(Connection.self, from: Data(line.utf8))
        }
    }
}
