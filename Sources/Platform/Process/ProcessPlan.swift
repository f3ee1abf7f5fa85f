internal import CLinux

/// A program to be started in a session and a process group of its own, with an identity, a folder and limits of its own.
///
/// It inherits no descriptor but the three that it is given, no blocked signal and no handler of ours.
public struct ProcessPlan: Sendable {
    /// A resource whose soft and hard limit are set (setrlimit(2)).
    public enum Resource: Sendable, Hashable {
        /// Open descriptors (RLIMIT_NOFILE).
        case descriptors
        /// Bytes of address space (RLIMIT_AS).
        case addressSpace
        /// Processes of the user (RLIMIT_NPROC).
        case processes
        /// Bytes of a core file (RLIMIT_CORE).
        case coreFile

        fileprivate var number: Int32 {
            switch self {
            case .descriptors: Int32(RLIMIT_NOFILE.rawValue)
            case .addressSpace: Int32(RLIMIT_AS.rawValue)
            case .processes: 6
            case .coreFile: Int32(RLIMIT_CORE.rawValue)
            }
        }
    }

    /// How long it may take until a new process is the program. Who starts one waits that long at most, and does nothing
    /// else meanwhile: less than the silence by which the gateway calls a node manager silent.
    public static let patience = Duration.seconds(2)

    /// Where the program is: a path with a slash in it.
    public var path: String
    /// What it is called, and what follows.
    public var arguments: [String]
    /// All of its environment.
    public var environment: [String: String]
    /// Its working directory; nil: ours.
    public var directory: String?
    /// Whom it runs as; nil: as we do.
    public var identity: ProcessIdentity?
    /// Its limits; what is not named is as ours, descriptors as before `ProcessLimits.raiseDescriptorLimit`.
    public var limits: [Resource: UInt64] = [:]
    /// What becomes its standard output and standard error; nil: /dev/null.
    public var output: Int32?
    /// Whether it outlives us: no child of ours, and not the leader of its session.
    public var isDetached = false

    /// A program and its environment.
    public init(path: String, arguments: [String], environment: [String: String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts it.
    ///
    /// - Parameter patience: how long it may take until it is the program: a file system that does not answer would
    ///   hold us up.
    /// - Returns: its process identifier, which is that of its group too unless it is detached.
    /// - Throws: the step that failed; then there is no process, or one that is being killed.
    public func start(patience: Duration = patience) throws(ProcessStartError) -> Int32 {
        let null = limpet_open_null()
        guard null >= 0 else { throw ProcessStartError(step: .descriptors, number: limpet_errno()) }
        let input = Descriptor(adopting: null)
        let texts = unsafe ([arguments.first ?? path] + arguments.dropFirst()).map { unsafe strdup($0) }
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
        let place = unsafe strdup(path)
        let folder = unsafe directory.map { unsafe strdup($0) } ?? nil
        defer { unsafe (texts + variables + [place, folder]).forEach { unsafe free($0) } }
        let bounds = limits.map { limpet_limit(resource: $0.key.number, value: $0.value) }
        let groups = identity?.groups ?? []
        let output = self.output ?? input.number
        var plan = unsafe limpet_process_plan()
        unsafe plan.path = UnsafePointer(place)
        unsafe plan.directory = folder.map { unsafe UnsafePointer($0) }
        unsafe plan.descriptors = (input.number, output, output)
        unsafe plan.changes_identity = identity == nil ? 0 : 1
        unsafe plan.user = identity?.user ?? 0
        unsafe plan.group = identity?.group ?? 0
        let former = limits[.descriptors] == nil ? ProcessLimits.formerDescriptorLimit : nil
        unsafe plan.soft_descriptors = former ?? 0
        unsafe plan.is_detached = isDetached ? 1 : 0
        unsafe plan.patience_milliseconds = Int32(clamping: patience.clampedNanoseconds / 1_000_000)
        let report = unsafe (texts + [nil]).withUnsafeBufferPointer { texts in
            unsafe (variables + [nil]).withUnsafeBufferPointer { variables in
                unsafe bounds.withUnsafeBufferPointer { bounds in
                    unsafe groups.withUnsafeBufferPointer { groups in
                        unsafe plan.arguments = texts.baseAddress
                        unsafe plan.environment = variables.baseAddress
                        unsafe plan.limits = bounds.baseAddress
                        unsafe plan.limit_count = bounds.count
                        unsafe plan.groups = groups.baseAddress
                        unsafe plan.group_count = groups.count
                        return unsafe limpet_process_start(&plan)
                    }
                }
            }
        }
        guard let step = ProcessStartError.Step(rawValue: report.step) else { return report.identifier }
        throw ProcessStartError(step: step, number: report.error)
    }
}
