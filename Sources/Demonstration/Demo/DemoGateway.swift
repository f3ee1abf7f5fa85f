internal import Foundation
internal import Platform

/// A gateway of the demonstration: the real program with its configuration, its readiness and its reload.
final class DemoGateway {
    /// `both` or `stateful`.
    let resumption: String
    /// Where clients connect to.
    let address: SocketAddress

    private let folder: DemoFolder
    private let listener: Descriptor
    private let notifications: NotificationReceiver
    private let process: ChildProcess

    /// The path of its access log.
    var accessLog: String { folder.file("access-\(resumption).log") }
    private var logName: String { "gateway-\(resumption).log" }

    /// Writes the configuration and starts the program with a listening socket of ours as descriptor 3.
    init(
        resumption: String, instances: [DemoInstance], folder: DemoFolder, executable: String
    ) throws(DemonstrationError) {
        let name = "limpet-\(resumption).yaml"
        let access = folder.file("access-\(resumption).log")
        try folder.write(
            DemoConfiguration.text(resumption: resumption, instances: instances, accessLog: access), to: name)
        let log = try folder.log("gateway-\(resumption).log")
        _ = try folder.log("access-\(resumption).log")
        do throws(SystemError) {
            listener = try Socket.listen(
                on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 1024, sharesPort: false)
            guard let address = Socket.localAddress(listener.number) else {
                throw SystemError("getsockname", number: 0)
            }
            self.address = address
            notifications = try NotificationReceiver(path: folder.file("notify-\(resumption)"))
            process = try ChildProcess(
                executable, ["run", "-c", folder.file(name)],
                environment: ["NOTIFY_SOCKET": notifications.path],
                descriptors: [nil, log.fileDescriptor, log.fileDescriptor, listener.number])
        } catch {
            throw .system(what: "the gateway", error)
        }
        self.resumption = resumption
        self.folder = folder
    }

    /// Waits until it says that it is ready.
    func waitUntilReady() throws(DemonstrationError) {
        try expect("READY=1", "become ready")
    }

    /// Sends HUP, and waits until the reload is over.
    func reload() throws(DemonstrationError) {
        process.signal(SIGHUP)
        try expect("RELOADING=1", "begin to reload")
        try expect("READY=1", "end its reload")
    }

    /// Throws if it has ended.
    func check() throws(DemonstrationError) {
        guard !process.isRunning else { return }
        throw failure("has ended by itself")
    }

    /// Drains it; throws unless it ends in order.
    func stop() throws(DemonstrationError) {
        guard process.stop(grace: .seconds(10)) == .exited(0) else { throw failure("did not end in order") }
    }

    private func expect(_ assignment: String, _ what: String) throws(DemonstrationError) {
        let deadline = MonotonicTime.now + .seconds(20)
        while !notifications.wait(for: assignment, until: min(deadline, .now + .milliseconds(200))) {
            try check()
            guard MonotonicTime.now < deadline else { throw failure("did not \(what) in time") }
        }
    }

    private func failure(_ cause: String) -> DemonstrationError {
        .program(name: "limpet run (\(resumption))", cause: cause, said: folder.tail(logName))
    }
}
