/// What can go wrong between a test and what it drives.
public enum HarnessError: Error, CustomStringConvertible {
    /// A system call failed: its name and errno.
    case system(String, Int32)
    /// A wait ended without what was waited for; with what had been seen by then.
    case timeout(waitingFor: String, seen: String)
    /// The peer ended the connection before a message was complete.
    case ended(while: String, seen: String)
    /// The peer reset the connection before a message was complete.
    case reset(while: String, seen: String)
    /// A message that breaks the rules of RFC 9112.
    case malformed(String, seen: String)
    /// The gateway could not be found, started or stopped.
    case gateway(String, log: String)
    /// A program of a client did not end with success: its name and what it wrote.
    case program(String, said: String)

    /// A sentence for the report of the test.
    public var description: String {
        switch self {
        case .system(let call, let code): "\(call) failed with errno \(code)"
        case .timeout(let what, let seen): "gave up waiting for \(what); seen so far: \(seen)"
        case .ended(let what, let seen): "connection ended while \(what); seen so far: \(seen)"
        case .reset(let what, let seen): "connection reset while \(what); seen so far: \(seen)"
        case .malformed(let why, let seen): "malformed message: \(why); seen: \(seen)"
        case .gateway(let why, let log): "\(why)\n\(log)"
        case .program(let name, let said): "\(name) failed:\n\(said)"
        }
    }
}
