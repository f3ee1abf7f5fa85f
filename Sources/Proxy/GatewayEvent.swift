public import Administration

/// What an operator should know of, once each: for the log.
public enum GatewayEvent: Sendable {
    /// Everything is open; these are the listeners.
    case started(addresses: [String])
    /// A platform service works differently now.
    case status(instance: String, transition: String)
    /// An instance cannot be heard, or somebody else has spoken for it.
    case notification(String)
    /// Something is known of the node manager.
    case nodeManager(String)
    /// Something is wrong with the node manager.
    case nodeManagerTrouble(String)
    /// An operator's commands, and what is kept of them.
    case administration(AdministrationEvent)
    /// A network interface, or an address of one, has changed; `matters` if a side of the appliance depends on it.
    case interface(String, matters: Bool)
    /// A side of the appliance works as it should again.
    case sideUp(String)
    /// A side lacks a part of what it depends on.
    case sideDegraded(String)
    /// A side lacks all of it.
    case sideLost(String)
    /// Nothing is known of the interfaces, or not all, for this reason.
    case interfaceTrouble(String)
    /// A new configuration is in force.
    case reloaded
    /// A new configuration was refused, for this reason; the old one stays in force.
    case reloadRefused(String)
    /// A part of the new configuration takes effect only after a restart.
    case needsRestart(String)
    /// Several certificates are for one name, in a sentence.
    case nameShared(String)
    /// New tickets are sealed with a new key.
    case ticketKeyRotated
    /// The keys of tickets and cookies cannot be kept for the time after a restart, for this reason.
    case keysNotKept(String)
    /// The keys are kept, but the file is sealed worse than it should be, in a sentence.
    case keysSealedPoorly(String)
    /// No more connections are accepted; those that are busy may finish.
    case draining
    /// That many pieces of the access log, of many lines each, were not written: its disk, or its reader, was too slow.
    case accessLogLost(pieces: Int)
    /// All has ended.
    case ended
}
