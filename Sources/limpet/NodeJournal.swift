internal import Configuration
internal import Logging
internal import Node
internal import Platform

/// The log of a node manager: what an operator should know of, on standard error or in a file that never grows too large.
struct NodeJournal {
    private let logger: Logger

    init(
        level: LogConfiguration.Level, file: String?, _ configuration: NodeManagerConfiguration
    ) throws(SystemError) {
        var logger: Logger
        if let file {
            let log = try RotatingLog(
                path: file, limitBytes: configuration.logBytes, kept: configuration.logFiles)
            logger = Logger(label: "limpet node-manager") { _ in RotatingLogHandler(log: log) }
        } else {
            logger = Logger(label: "limpet node-manager") { StreamLogHandler.standardError(label: $0) }
        }
        logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        self.logger = logger
    }

    /// Why it cannot go on.
    func fail(_ sentence: String) {
        logger.error("\(sentence)")
    }

    /// Writes what the node manager tells.
    func record(_ event: NodeEvent) {
        switch event {
        case .started(let services, let adopted):
            logger.notice("supervises \(services) services, \(adopted) of them found running")
        case .service(let identity, let phase, let reason, let process):
            logger.notice("\(identity): \(phase) (\(reason))\(process > 0 ? ", process \(process)" : "")")
        case .cannotStart(let identity, let reason): logger.error("\(identity): cannot start: \(reason)")
        case .outputLost(let identity, let reason): logger.error("\(identity): output lost: \(reason)")
        case .strangersWord(let process, let user):
            logger.warning("a message of process \(process) of user \(user), which is no service's")
        case .refusedListener(let reason): logger.warning("a listener was refused: \(reason)")
        case .reloaded: logger.notice("the new configuration is in force")
        case .reloadRefused(let reason): logger.error("the old configuration stays in force: \(reason)")
        case .stateNotKept(let reason): logger.error("the state is not kept: \(reason)")
        case .stopping: logger.notice("stopping all services")
        case .ended: logger.notice("ended")
        }
    }
}
