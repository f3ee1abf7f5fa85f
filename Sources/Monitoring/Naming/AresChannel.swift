internal import CAres
internal import Platform

/// A c-ares channel: its settings, its questions and its sockets. Whoever owns it lets go of it outside of c-ares'
/// callbacks.
@safe
final class AresChannel {
    /// What c-ares wants to be told about a socket.
    struct Interest: Equatable {
        var reading: Bool
        var writing: Bool
    }

    /// Where c-ares' callbacks find their way back to: it outlives the channel.
    private final class Context {
        weak var resolver: NameResolver?
    }

    /// Set up once in the process: ares_library_init(3) is not to be called by two threads at a time.
    private static let libraryStatus = ares_library_init(ARES_LIB_INIT_ALL)

    private let channel: ares_channel
    private let context: Unmanaged<Context>

    /// A channel whose callbacks go to `resolver`. With `servers` empty the system's resolv.conf(5) holds.
    init(_ settings: ResolverSettings, for resolver: NameResolver) throws(MonitoringError) {
        guard Self.libraryStatus == ARES_SUCCESS else {
            throw .resolver(Self.sentence(Self.libraryStatus))
        }
        let context = Context()
        context.resolver = resolver
        let held = unsafe Unmanaged.passRetained(context)
        var options = unsafe ares_options()
        unsafe options.timeout = Int32(clamping: max(1, settings.timeout.clampedNanoseconds / 1_000_000))
        unsafe options.tries = Int32(clamping: max(1, settings.attempts))
        unsafe options.sock_state_cb_data = held.toOpaque()
        unsafe options.sock_state_cb = { data, descriptor, reading, writing in
            guard let data = unsafe data else { return }
            let context = unsafe Unmanaged<Context>.fromOpaque(data).takeUnretainedValue()
            let interest = Interest(reading: reading != 0, writing: writing != 0)
            context.resolver?.noteSocket(descriptor, interest)
        }
        let mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
        var opened: ares_channel?
        let status = unsafe ares_init_options(&opened, &options, mask)
        guard status == ARES_SUCCESS, let opened = unsafe opened else {
            unsafe held.release()
            throw .resolver(Self.sentence(status))
        }
        if !settings.servers.isEmpty {
            let list = settings.servers.map(\.description).joined(separator: ",")
            let status = unsafe ares_set_servers_ports_csv(opened, list)
            guard status == ARES_SUCCESS else {
                unsafe ares_destroy(opened)
                unsafe held.release()
                throw .nameServers(Self.sentence(status))
            }
        }
        unsafe channel = opened
        unsafe self.context = held
    }

    deinit {
        // Every open question is answered with ARES_EDESTRUCTION, every socket reported as unused, before it returns.
        unsafe ares_destroy(channel)
        unsafe context.release()
    }

    /// Asks for the addresses of both families. `question` gets its answer through its resolver's `finish`, perhaps
    /// before this returns.
    func ask(_ question: NameLookUp) {
        var hints = ares_addrinfo_hints()
        hints.ai_family = 0
        hints.ai_socktype = 1
        let argument = unsafe Unmanaged.passRetained(question).toOpaque()
        unsafe ares_getaddrinfo(
            channel, question.name, nil, &hints,
            { argument, status, _, result in
                defer { unsafe ares_freeaddrinfo(result) }
                guard let argument = unsafe argument else { return }
                let question = unsafe Unmanaged<NameLookUp>.fromOpaque(argument).takeRetainedValue()
                let answer = unsafe AresChannel.answer(status: status, result)
                question.resolver?.finish(question, answer)
            }, argument)
    }

    /// Lets c-ares use a socket that is ready.
    func process(reading: Int32?, writing: Int32?) {
        unsafe ares_process_fd(channel, reading ?? -1, writing ?? -1)
    }

    /// How long the channel may be left alone; nil if it waits for nothing.
    var patience: Duration? {
        let milliseconds = unsafe limpet_ares_wait_milliseconds(channel)
        return milliseconds < 0 ? nil : .milliseconds(milliseconds)
    }

    /// Whether a read from that socket would find something.
    static func inputWaits(_ descriptor: Int32) -> Bool {
        limpet_ares_input_waits(descriptor) != 0
    }

    private static func answer(status: Int32, _ result: UnsafeMutablePointer<ares_addrinfo>?) -> NameAnswer {
        guard status == ARES_SUCCESS, let result = unsafe result else {
            return .failed(sentence(status))
        }
        var addresses: [IPAddress] = []
        var life = Int32.max
        var node = unsafe result.pointee.nodes
        while let current = unsafe node {
            unsafe life = min(life, current.pointee.ai_ttl)
            unsafe node = current.pointee.ai_next
            guard let address = unsafe address(of: current), !addresses.contains(address),
                addresses.count < MonitoringLimits.addressesPerName
            else { continue }
            addresses.append(address)
        }
        var alias = unsafe result.pointee.cnames
        while let current = unsafe alias {
            unsafe life = min(life, current.pointee.ttl)
            unsafe alias = current.pointee.next
        }
        guard !addresses.isEmpty else { return .failed("no address") }
        return .addresses(addresses, life: life > 0 && life < .max ? .seconds(Int64(life)) : nil)
    }

    private static func address(of node: UnsafePointer<ares_addrinfo_node>) -> IPAddress? {
        var bytes: (UInt64, UInt64) = (0, 0)
        let count = unsafe withUnsafeMutableBytes(of: &bytes) { buffer in
            unsafe limpet_ares_address(node, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        switch count {
        case 4: return IPAddress(v4: UInt32(truncatingIfNeeded: UInt64(bigEndian: bytes.0) >> 32))
        case 16:
            return IPAddress(high: UInt64(bigEndian: bytes.0), low: UInt64(bigEndian: bytes.1), isIPv4: false)
        default: return nil
        }
    }

    private static func sentence(_ status: Int32) -> String {
        guard let text = unsafe ares_strerror(status) else { return "error \(status)" }
        return unsafe String(cString: text)
    }
}
