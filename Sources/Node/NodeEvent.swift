/// What an operator should know of a node manager, once each: for its log.
public enum NodeEvent: Sendable {
    /// It supervises that many services, of which it found `adopted` running.
    case started(services: Int, adopted: Int)
    /// A service does something else now.
    case service(identity: String, phase: String, reason: String, process: Int32)
    /// A service's program cannot be started.
    case cannotStart(identity: String, reason: String)
    /// What a service writes cannot be kept.
    case outputLost(identity: String, reason: String)
    /// A message of somebody who is no process of a service.
    case strangersWord(process: Int32, user: UInt32)
    /// A listener whom the system does not vouch for, or who makes no sense.
    case refusedListener(String)
    /// A new configuration is in force.
    case reloaded
    /// A new configuration was refused; the old one stays in force.
    case reloadRefused(String)
    /// The state cannot be written: the next node manager would know nothing of these processes.
    case stateNotKept(String)
    /// All services are being stopped.
    case stopping
    /// All has ended.
    case ended
}
