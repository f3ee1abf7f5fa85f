internal import Balancing
public import Framing

/// What an operator's command and the gateway say to each other over the control socket: a request, then what answers it,
/// up to `complete`, `done` or `refused`.
public enum ControlFrame: FramedMessage {
    /// The version that is spoken here.
    public static let version: UInt8 = 1
    /// The longest frame, behind its length.
    public static let maximumBytes = 2048
    /// The longest identity, in bytes of UTF-8.
    static let identityBytes = 127

    /// Asks for the gateway and its instances, from this position on.
    case status(from: UInt32)
    /// Asks for an instance.
    case instance(String)
    /// Asks for the last transitions of an instance.
    case history(String)
    /// Wants an instance to be in another administrative state.
    case order(AdministrativeOrder)

    /// The gateway itself; only before the first instance.
    case gateway(GatewayReport)
    /// A side of its appliance; only between the gateway and the first instance.
    case side(SideStatus)
    /// An instance.
    case report(InstanceReport)
    /// A transition of the instance that was asked for, oldest first.
    case transition(TransitionReport)
    /// That was all, or, with a position, all that fits an answer: the rest begins there.
    case complete(next: UInt32?)
    /// It is as it was wanted: a sentence, and a warning or nothing.
    case done(String, warning: String)
    /// It cannot be, for this reason.
    case refused(String)

    private enum Kind: UInt8 {
        case status = 1
        case instance, history, order
        case gateway = 64
        case report, transition, complete, done, refused, side
    }

    /// Whether nothing follows this answer.
    public var isLast: Bool {
        switch self {
        case .complete, .done, .refused: true
        default: false
        }
    }

    /// Writes the type and what belongs to it.
    public func write(to writer: inout FrameWriter) {
        switch self {
        case .status(let start):
            writer.add(Kind.status.rawValue)
            writer.add(start)
        case .instance(let identity): writer.add(Kind.instance, identity)
        case .history(let identity): writer.add(Kind.history, identity)
        case .order(let order):
            writer.add(Kind.order.rawValue)
            order.write(to: &writer)
        case .gateway(let report):
            writer.add(Kind.gateway.rawValue)
            report.write(to: &writer)
        case .side(let status):
            writer.add(Kind.side.rawValue)
            status.write(to: &writer)
        case .report(let report):
            writer.add(Kind.report.rawValue)
            report.write(to: &writer)
        case .transition(let transition):
            writer.add(Kind.transition.rawValue)
            transition.write(to: &writer)
        case .complete(let next):
            writer.add(Kind.complete.rawValue)
            writer.add(next ?? 0)
        case .done(let sentence, let warning):
            writer.add(Kind.done.rawValue)
            writer.add(sentence)
            writer.add(warning)
        case .refused(let reason):
            writer.add(Kind.refused.rawValue)
            writer.add(reason)
        }
    }

    /// What stands behind the length and the version; nil for a type that is not known.
    public init?(reading reader: inout FrameReader) throws(FrameError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { return nil }
        switch kind {
        case .status: self = .status(from: try reader.number())
        case .instance: self = .instance(try reader.text())
        case .history: self = .history(try reader.text())
        case .order: self = .order(try AdministrativeOrder(reading: &reader))
        case .gateway: self = .gateway(try GatewayReport(reading: &reader))
        case .side: self = .side(try SideStatus(reading: &reader))
        case .report: self = .report(try InstanceReport(reading: &reader))
        case .transition: self = .transition(try TransitionReport(reading: &reader))
        case .complete:
            let next: UInt32 = try reader.number()
            self = .complete(next: next == 0 ? nil : next)
        case .done:
            let sentence = try reader.text()
            self = .done(sentence, warning: try reader.text())
        case .refused: self = .refused(try reader.text())
        }
    }
}

extension FrameWriter {
    fileprivate mutating func add<Kind: RawRepresentable<UInt8>>(_ kind: Kind, _ identity: String) {
        add(kind.rawValue)
        add(identity, limit: ControlFrame.identityBytes)
    }
}
