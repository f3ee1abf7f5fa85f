internal import Configuration
internal import Platform
internal import Synchronization

/// The sockets behind one configured listener: one a worker where the kernel can share the port out, else one for all.
///
/// Opened on the control thread, so that a refusal is known before anything changes; kept over a reload when the
/// address stays, so that no connection in the kernel's queue is lost. Closed when the last holder lets go.
final class ListeningSockets: Sendable {
    /// Why a listener could not be opened.
    struct Failure: Error, CustomStringConvertible {
        let address: EndpointAddress
        let reason: String

        var description: String { "cannot listen on \(address): \(reason)" }
    }

    let address: EndpointAddress
    private let descriptors: [Int32]
    /// Whether they are inherited: then others may go on with them.
    private let isInherited: Bool
    private let createdPath: String?
    private let isFileRemoved = Atomic(false)

    private init(
        address: EndpointAddress, descriptors: [Int32], isInherited: Bool = false, createdPath: String? = nil
    ) {
        self.address = address
        self.descriptors = descriptors
        self.isInherited = isInherited
        self.createdPath = createdPath
    }

    deinit {
        for descriptor in descriptors { Descriptor.close(descriptor) }
        removeFile()
    }

    /// Refuses connections from now on, those of worker `index` at least: without this, the kernel would go on to take
    /// some that nobody accepts. Sockets that are inherited stay as they are.
    func stop(forWorker index: Int) {
        guard !isInherited else { return }
        Socket.stopListening(descriptor(forWorker: index))
        removeFile()
    }

    /// Removes the file that a UNIX socket has made; only once, because by now another process may have made its own.
    func removeFile() {
        guard let createdPath, !isFileRemoved.exchange(true, ordering: .relaxed) else { return }
        SocketFile.remove(createdPath)
    }

    /// The socket that worker `index` accepts from.
    func descriptor(forWorker index: Int) -> Int32 {
        descriptors[index % descriptors.count]
    }

    /// Where the first socket is bound: the port that the kernel chose, where the configuration says 0.
    var boundAddress: SocketAddress? {
        descriptors.first.flatMap { Socket.localAddress($0) }
    }

    /// Opens, or takes over, the sockets of `listener` for `workers` workers.
    static func open(_ listener: ListenerConfiguration, workers: Int) throws(Failure) -> ListeningSockets {
        switch listener.address {
        case .socket(let address):
            return try bind(listener, to: address, workers: workers)
        case .descriptor(let number):
            return try adopt(number, for: listener.address)
        case .systemd(let name):
            guard let inherited = InheritedSockets.fromEnvironment().first(where: { $0.name == name }) else {
                throw Failure(
                    address: listener.address, reason: "the service manager passed no socket of that name")
            }
            return try adopt(inherited.number, for: listener.address)
        case .name:
            throw Failure(address: listener.address, reason: "an address is needed, not a name")
        }
    }

    private static func adopt(_ number: Int32, for address: EndpointAddress) throws(Failure)
        -> ListeningSockets
    {
        guard Socket.adoptListener(number) else {
            throw Failure(address: address, reason: "descriptor \(number) is not a listening stream socket")
        }
        return ListeningSockets(address: address, descriptors: [number], isInherited: true)
    }

    private static func bind(
        _ listener: ListenerConfiguration, to address: SocketAddress, workers: Int
    ) throws(Failure) -> ListeningSockets {
        var opened: [Int32] = []
        do {
            if case .unix(let path) = address {
                try SocketFile.removeStale(path)
                opened.append(
                    try Socket.listen(on: address, backlog: listener.backlog, sharesPort: false).release())
                if let permissions = listener.permissions { try SocketFile.setPermissions(path, permissions) }
                return ListeningSockets(address: listener.address, descriptors: opened, createdPath: path)
            }
            var bound = address
            for _ in 0..<max(1, workers) {
                let descriptor = try Socket.listen(
                    on: bound, backlog: listener.backlog, sharesPort: workers > 1,
                    awaitsAddress: true)
                // With port 0 the kernel chooses for the first; the others share its choice.
                bound = Socket.localAddress(descriptor.number) ?? bound
                opened.append(descriptor.release())
            }
            return ListeningSockets(address: listener.address, descriptors: opened)
        } catch {
            for descriptor in opened { Descriptor.close(descriptor) }
            throw Failure(address: listener.address, reason: error.description)
        }
    }
}
