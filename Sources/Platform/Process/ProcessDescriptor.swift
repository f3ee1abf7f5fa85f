internal import CLinux

/// A process that cannot be mistaken for another (pidfd_open(2)): it becomes readable when the process has ended.
public struct ProcessDescriptor: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Of the process that has this identifier now; throws ESRCH if none has.
    public init(of identifier: Int32) throws(SystemError) {
        let number = pidfd_open(identifier, 0)
        guard number >= 0 else { throw .last("pidfd_open") }
        descriptor = Descriptor(adopting: number)
    }

    /// Of the process that has this identifier and began at `startTime` (`ProcessTable.startTime`); nil if there is none.
    public init?(of identifier: Int32, startedAt startTime: UInt64) {
        guard ProcessTable.startTime(of: identifier) == startTime,
            let found = try? ProcessDescriptor(of: identifier),
            // Asked again: the identifier may have changed hands between the two.
            ProcessTable.startTime(of: identifier) == startTime
        else { return nil }
        self = found
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// How it has ended, if it is, or has become, a child of ours that nobody has waited for yet.
    public var ending: ProcessEnding {
        var status: Int32 = 0
        guard unsafe limpet_ended_process(descriptor.number, &status) > 0 else { return .unknown }
        return ProcessEnding(status: status)
    }

    /// Sends a signal; false if the process has ended.
    @discardableResult
    public func signal(_ signal: Int32) -> Bool {
        pidfd_send_signal(descriptor.number, signal, nil, 0) == 0
    }

    /// Sends a signal to the process that has this identifier, if it was started with `value` in the variable `name`; false
    /// if it is another one. Whatever becomes of the identifier meanwhile, no stranger is hit.
    @discardableResult
    public static func signal(
        _ signal: Int32, to identifier: Int32, bearing name: String, _ value: String
    ) -> Bool {
        guard let found = try? ProcessDescriptor(of: identifier),
            ProcessTable.variable(name, of: identifier) == value
        else { return false }
        return found.signal(signal)
    }

    /// Sends a signal to a process that descends from us, if its parent is still the same, or has ended, by which it has become
    /// our child.
    @discardableResult
    public static func signal(_ signal: Int32, to descendant: ProcessTable.Descendant) -> Bool {
        guard let found = try? ProcessDescriptor(of: descendant.identifier),
            let parent = ProcessTable.parent(of: descendant.identifier),
            parent == descendant.parent || parent == ProcessTable.ourIdentifier
        else { return false }
        return found.signal(signal)
    }
}
