internal import Platform

/// Ends processes that services have left behind. Orphans become our children, and where they come from is known by the mark in
/// their environment, or by that of those whom they descend from.
struct OrphanSweep {
    /// Where our services' marks begin.
    private let prefix: String
    /// Children that we have from before: whoever became this program had them.
    private var inherited: Set<Int32>
    private var isDue = false
    private var last: MonotonicTime?

    /// For the services of the manager of `directory`; none has been started yet.
    init(directory: String) {
        prefix = "\(directory):"
        inherited = Set(ProcessTable.children ?? [])
    }

    /// A child has ended that is no service's main process: its own children are ours now.
    mutating func noteEnd(of child: Int32) {
        inherited.remove(child)
        isDue = true
    }

    /// Kills what is left of services that have no process (any more), if there may be something. Looking costs, and services
    /// may leave as many orphans as they like: it is done so many times a second at most.
    ///
    /// - Parameters:
    ///   - now: the moment of asking.
    ///   - hasProcess: whether the service with that identity has one.
    mutating func sweep(at now: MonotonicTime, hasProcess: (String) -> Bool) {
        guard isDue, last.map({ now - $0 >= NodeLimits.sweepInterval }) ?? true else { return }
        last = now
        isDue = false
        Self.kill { process in
            guard let mark = ProcessTable.variable(ServiceRecord.variable, of: process),
                mark.hasPrefix(prefix)
            else { return false }
            return !hasProcess(String(mark.dropFirst(prefix.count)))
        }
    }

    /// Kills those of our descendants that are doomed, and all that descend from them, whatever they bear.
    static func kill(_ isDoomed: (Int32) -> Bool) {
        var doomed: Set<Int32> = []
        for process in ProcessTable.descendants ?? [] {
            guard doomed.contains(process.parent) || isDoomed(process.identifier) else { continue }
            doomed.insert(process.identifier)
            ProcessDescriptor.signal(9, to: process)
        }
    }

    /// Kills all that descends from us, whoever it belongs to, until nobody is left or the time is over.
    func killAll(_ children: borrowing ChildSignals, until deadline: MonotonicTime) {
        while true {
            children.silence()
            while let (identifier, _) = children.next() { children.forget(identifier) }
            let family = (ProcessTable.descendants ?? []).filter { !inherited.contains($0.identifier) }
            guard !family.isEmpty, MonotonicTime.now < deadline else { return }
            for process in family where !inherited.contains(process.parent) {
                ProcessDescriptor.signal(9, to: process)
            }
            // Those who fork faster than they are found are found the next time.
            _ = Socket.waitReadable(children.number, until: min(deadline, .now + NodeLimits.sweepInterval))
        }
    }
}
