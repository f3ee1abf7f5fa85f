internal import Platform

/// What a node manager leaves to the one that comes after it, in a file of its folder.
struct NodeState: Hashable, Sendable {
    private static let head = "limpet node state 1"

    var records: [ServiceRecord] = []

    /// Of these services.
    init(_ services: [PlatformService]) {
        records = services.map(ServiceRecord.init)
    }

    /// From the file at `path`; empty if there is none, or if it is of another start of the machine: then its numbers name
    /// nobody, or others.
    init(path: String, boot: String) {
        let bytes = (try? PrivateFile.read(path)) ?? []
        self.init(text: String(decoding: bytes, as: UTF8.self), boot: boot)
    }

    /// From the text of a file. Lines that make no sense are passed over.
    init(text: String, boot: String) {
        let lines = text.split(separator: "\n")
        guard lines.first == Self.head[...] else { return }
        records = lines.dropFirst(2).compactMap(ServiceRecord.init(line:))
        guard lines.dropFirst().first != "boot \(boot)"[...] else { return }
        records = records.map { record in
            ServiceRecord(
                identity: record.identity, incarnation: record.incarnation, process: 0, startTime: 0,
                group: 0, isReady: false, fingerprint: nil)
        }
    }

    /// The text of the file.
    func text(boot: String) -> String {
        "\(Self.head)\nboot \(boot)\n" + records.map(\.line).joined()
    }

    /// The start of the machine that we live in.
    static var presentBoot: String {
        String(decoding: ProcessTable.bootIdentifier ?? [], as: UTF8.self)
    }
}
