internal import Administration
internal import Configuration
internal import Logging
internal import Proxy

/// The log of the control plane: what an operator should know of, on standard error.
struct Journal {
    private let logger: Logger

    init(level: LogConfiguration.Level) {
        var logger = Logger(label: "limpet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        self.logger = logger
    }

    func warn(_ sentence: String) {
        logger.warning("\(sentence)")
    }

    /// Writes what the gateway tells.
    func record(_ event: GatewayEvent) {
        switch event {
        case .started(let addresses): logger.notice("listening on \(addresses.joined(separator: ", "))")
        case .status(let instance, let transition): logger.notice("\(instance): \(transition)")
        case .notification(let sentence): logger.warning("\(sentence)")
        case .nodeManager(let sentence): logger.notice("node manager: \(sentence)")
        case .nodeManagerTrouble(let sentence): logger.warning("node manager: \(sentence)")
        case .administration(.ordered(let sentence)): logger.notice("by command: \(sentence)")
        case .administration(.notKept(let sentence)): logger.error("what operators want: \(sentence)")
        case .administration(.refused(let sentence)): logger.warning("a command was refused: \(sentence)")
        case .interface(let sentence, let matters):
            logger.log(level: matters ? .notice : .debug, "interface \(sentence)")
        case .sideUp(let sentence): logger.notice("\(sentence)")
        case .sideDegraded(let sentence): logger.warning("\(sentence)")
        case .sideLost(let sentence): logger.error("\(sentence)")
        case .interfaceTrouble(let sentence): logger.warning("\(sentence)")
        case .reloaded: logger.notice("the new configuration is in force")
        case .reloadRefused(let reason): logger.error("the old configuration stays in force: \(reason)")
        case .needsRestart(let part): logger.warning("takes effect after a restart: \(part)")
        case .nameShared(let sentence): logger.warning("\(sentence)")
        case .ticketKeyRotated: logger.info("new tickets are sealed with a new key")
        case .keysNotKept(let reason): logger.error("ticket keys are not kept for a restart: \(reason)")
        case .keysSealedPoorly(let sentence): logger.warning("\(sentence)")
        case .draining: logger.notice("draining")
        case .accessLogLost(let pieces): logger.warning("the access log lacks \(pieces) pieces")
        case .ended: logger.notice("ended")
        }
    }
}
