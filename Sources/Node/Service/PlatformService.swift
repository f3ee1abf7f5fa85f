internal import Configuration
internal import Platform
internal import Runtime
internal import StatusFrames

/// One running, or ended, service of this appliance: it does what its machine decides.
final class PlatformService: EventHandler {
    let identity: String
    private(set) var configuration: LocalServiceConfiguration
    private(set) var machine: ServiceMachine
    /// The process group of its processes; 0 for none.
    private(set) var group: Int32 = 0
    /// When its main process began, in the kernel's ticks.
    private(set) var startTime: UInt64 = 0
    /// By what settings its process was started; nil where that is not known.
    private(set) var fingerprint: StartFingerprint?
    /// Where it listens, if that is known: nobody else may, when it starts.
    var address: SocketAddress?

    private let surroundings: ServiceSurroundings
    private var watch: ProcessWatch?
    /// Whether the main process is a child of ours, so that its end is heard of as such.
    private var isChild = false
    private var output: OutputLog?
    /// Whether the next process needs another log, by other settings.
    private var isOutputStale = false
    private var marks = MarkChecks()

    /// A service that does not run yet: tell it `want`.
    init(
        _ configuration: LocalServiceConfiguration, address: SocketAddress?, incarnation: UInt64,
        _ surroundings: ServiceSurroundings
    ) {
        identity = configuration.id
        self.configuration = configuration
        self.address = address
        self.surroundings = surroundings
        machine = ServiceMachine(
            identity: configuration.id, settings: ServiceSettings(configuration), incarnation: incarnation,
            now: surroundings.loop.now)
        super.init()
        surroundings.loop.attach(self)
    }

    /// Its main process; 0 for none.
    var process: Int32 { machine.hasProcess ? machine.report.process : 0 }

    /// The value of `LIMPET_SERVICE` in the environment of all its processes.
    var mark: String { "\(surroundings.directory):\(identity)" }

    /// Lets the machine decide something, and does it.
    func tell(_ event: (inout ServiceMachine, MonotonicTime) -> [ServiceAction]) {
        let actions = event(&machine, .now)
        for action in actions { perform(action) }
        if let deadline = machine.deadline {
            surroundings.loop.setTimer(self, at: deadline)
        } else {
            surroundings.loop.clearTimer(self)
        }
    }

    /// Other settings are in force: the process is replaced if it would have been started in another way.
    func update(_ configuration: LocalServiceConfiguration, address: SocketAddress?) {
        self.address = address
        guard configuration != self.configuration else { return }
        let isStartedAlike = configuration.startsProcess(like: self.configuration)
        self.configuration = configuration
        guard !isStartedAlike else {
            return tell { $0.adjust(to: ServiceSettings(configuration), at: $1) }
        }
        replace()
    }

    /// Its process is not as the present settings want it.
    private func replace() {
        // The process that is there may have much to say before it ends.
        isOutputStale = true
        let settings = ServiceSettings(configuration)
        tell { $0.replace(with: settings, at: $1) }
    }

    /// Takes over a process of an earlier node manager; false if it is gone. One that would be started in another way
    /// now is replaced, as by `update`.
    func adopt(_ record: ServiceRecord) -> Bool {
        guard let descriptor = ProcessDescriptor(of: record.process, startedAt: record.startTime) else {
            return false
        }
        let isStartedAlike = record.fingerprint?.matches(configuration) ?? true
        do {
            try observe(descriptor, of: record.process, isChild: false)
            // The user of other settings, who need not even exist, gets the log with the next process.
            _ = try openOutput(for: isStartedAlike ? try identityOfProcess() : nil)
        } catch {
            return false
        }
        group = record.group
        startTime = record.startTime
        fingerprint = record.fingerprint
        tell { $0.adopted(record.process, isReady: record.isReady, at: $1) }
        if !isStartedAlike { replace() }
        return true
    }

    /// Its main process, a child of ours, has ended.
    func childEnded(_ ending: ProcessEnding) {
        processEnded(ending)
    }

    /// It says something of itself.
    func heard(_ word: ServiceWord) {
        if let process = word.mainProcess, process != machine.report.process { move(to: process) }
        tell { $0.heard(word, at: $1) }
    }

    /// Whether it is spoken for by a process of its group. One that has spoken and ended cannot be looked at any more:
    /// then the group, which nobody else can join, is enough.
    func isSpokenFor(by process: Int32) -> Bool {
        guard let startTime = ProcessTable.startTime(of: process) else { return true }
        return isMarked(process, startedAt: startTime)
    }

    /// Lets go of everything but its processes.
    func forget() {
        watch?.stop()
        watch = nil
        output?.stop()
        output = nil
        surroundings.loop.detach(self)
    }

    override func timerFired() {
        // A turn that comes late has not heard what was said meanwhile.
        let isLate = machine.deadline.map { .now - $0 > NodeLimits.lateness } ?? false
        let hearing = machine.isWatchdogDue(at: .now) ? surroundings.listenOnce() : .good
        tell { machine, now in
            machine.timePassed(at: now, hearing: isLate && hearing == .good ? .late : hearing)
        }
    }

    // MARK: Doing

    private func perform(_ action: ServiceAction) {
        switch action {
        case .start: start()
        case .signal(let number): watch?.signal(number)
        case .killAll:
            killRest()
            watch?.signal(9)
        case .sweep: killRest()
        case .report: surroundings.changed(self)
        }
    }

    private func start() {
        // The processes of the run before may take a moment to be gone; what is there after that is a stranger's.
        if let address, isTaken(address) {
            return tell { $0.startFailed(.addressTaken, at: $1) }
        }
        let process: Int32
        do {
            let identity = try identityOfProcess()
            let writer = try openOutput(for: identity)
            let plan = try ProcessPlan(
                of: configuration, as: identity, notifySocket: surroundings.notifySocket, mark: mark,
                output: writer.number)
            process = try plan.start()
            startTime = ProcessTable.startTime(of: process) ?? 0
            fingerprint = StartFingerprint(of: configuration)
        } catch let error as ProcessStartError {
            return startFailed(error.number, "\(error)")
        } catch let error as SystemError {
            return startFailed(error.number, "\(error)")
        } catch {
            return
        }
        group = process
        do {
            try observe(try ProcessDescriptor(of: process), of: process, isChild: true)
        } catch {
            // Without a descriptor for it, it could not be stopped safely.
            ProcessTable.signalGroup(process, 9)
            return startFailed(error.number, "\(error)")
        }
        tell { $0.started(process, at: $1) }
    }

    private func startFailed(_ number: Int32, _ sentence: String) {
        surroundings.observe(.cannotStart(identity: identity, reason: sentence))
        tell { $0.startFailed(.cannotStart(number), at: $1) }
    }

    private func observe(
        _ descriptor: consuming ProcessDescriptor, of process: Int32, isChild: Bool
    ) throws(SystemError) {
        watch?.stop()
        self.isChild = isChild
        watch = try ProcessWatch(descriptor, of: process, hears: !isChild, loop: surroundings.loop) {
            [weak self] watch in self?.processEnded(watch.ending)
        }
    }

    private func processEnded(_ ending: ProcessEnding) {
        tell { $0.ended(ending, at: $1) }
        if !machine.hasProcess {
            watch?.stop()
            watch = nil
            group = 0
            startTime = 0
            fingerprint = nil
        }
    }

    /// The service says that another process is its main one.
    private func move(to process: Int32) {
        guard machine.hasProcess,
            // From here on its identifier cannot become another's.
            let descriptor = try? ProcessDescriptor(of: process),
            let group = ProcessTable.group(of: process), let startTime = ProcessTable.startTime(of: process),
            isOurOwn(process, of: group, startedAt: startTime)
        else { return }
        let isChild = ProcessTable.children?.contains(process) ?? false
        guard (try? observe(descriptor, of: process, isChild: isChild)) != nil else { return }
        self.startTime = startTime
        // The group will be killed when the service ends: only one that is surely its own. What is in another one is known
        // by its mark.
        if group != self.group { self.group = group == process ? group : 0 }
        tell { $0.moved(to: process, at: $1) }
    }

    /// Whether a process comes from this service. It does if it is in its group, which nobody else can join, or was made by
    /// one that is: a process that is just being replaced (execve(2)) shows no environment, and it may have left the mark out.
    /// An orphan has nothing but the mark.
    private func isOurOwn(_ process: Int32, of group: Int32, startedAt startTime: UInt64) -> Bool {
        guard let parent = ProcessTable.parent(of: process) else { return false }
        if self.group > 1, group == self.group || ProcessTable.group(of: parent) == self.group { return true }
        // An orphan of a service that we have taken over is not our child.
        guard parent == ProcessTable.ourIdentifier || !isChild else { return false }
        return isMarked(process, startedAt: startTime)
    }

    private func isMarked(_ process: Int32, startedAt startTime: UInt64) -> Bool {
        marks.isMarked(process, startedAt: startTime, at: surroundings.loop.now) {
            ProcessTable.variable(ServiceRecord.variable, of: process) == mark
        }
    }

    /// Kills what is left of the service beside its main process: its group, those that have left the group, and all that
    /// descends from them.
    private func killRest() {
        if group > 1 { ProcessTable.signalGroup(group, 9) }
        // What descends from us is found faster than all that bears the mark; what we have taken over does not.
        if isChild, ProcessTable.children != nil {
            return OrphanSweep.kill {
                isOurs($0) && ProcessTable.variable(ServiceRecord.variable, of: $0) == mark
            }
        }
        for (process, value) in ProcessTable.processes(withVariable: ServiceRecord.variable)
        where value == mark && isOurs(process) {
            ProcessDescriptor.signal(9, to: process, bearing: ServiceRecord.variable, mark)
        }
    }

    /// Whether a process is no main one, but for our own that is about to end.
    private func isOurs(_ process: Int32) -> Bool {
        process == machine.report.process ? machine.state == .ending : !surroundings.isMain(process)
    }

    // MARK: What it is started with

    private func isTaken(_ address: SocketAddress) -> Bool {
        do {
            switch address {
            case .ip: _ = try Socket.probe(address)
            case .unix(let path): try SocketFile.removeStale(path)
            }
            return false
        } catch {
            return error.isAddressTaken
        }
    }

    private func identityOfProcess() throws(SystemError) -> ProcessIdentity? {
        guard configuration.user != nil || configuration.group != nil else { return nil }
        let identity = try ProcessIdentity(user: configuration.user, group: configuration.group)
        return identity.isOurs ? nil : identity
    }

    private func openOutput(for identity: ProcessIdentity?) throws(SystemError) -> Descriptor {
        let service = self.identity
        let surroundings = surroundings
        if isOutputStale {
            output?.stop()
            output = nil
            isOutputStale = false
        }
        if output == nil {
            output = try OutputLog(of: service, writer: identity, surroundings) { error in
                surroundings.observe(.outputLost(identity: service, reason: "\(error)"))
            }
        }
        guard let output else { throw SystemError("open", number: 2) }
        return try output.writer()
    }
}
