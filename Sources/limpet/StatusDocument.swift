internal import Administration
internal import Balancing
internal import Foundation
internal import Interfaces

/// What `limpet status` shows, in the shape of its JSON. Times are RFC 3339, in UTC, to the millisecond.
struct StatusDocument: Encodable {
    /// The gateway itself.
    struct Gateway: Encodable {
        var node: String
        var process: Int32
        var since: String
        var workers: UInt32
        var snapshot: UInt64
        /// For what clients were sent away, and how many.
        var abuse: [String: UInt64]

        init(_ report: GatewayReport) {
            node = report.node
            process = report.process
            since = StatusDocument.time(report.begin)
            workers = report.workers
            snapshot = report.snapshot
            abuse = Dictionary(report.abuse.map { ($0.kind, $0.count) }) { $1 }
        }
    }

    /// A side of the appliance.
    struct Side: Encodable {
        var side: String
        var state: String
        var since: String
        var cause: String

        init(_ status: SideStatus) {
            side = status.side.rawValue
            state = status.state.rawValue
            since = StatusDocument.time(status.since)
            cause = status.cause
        }
    }

    /// What is wanted of an instance.
    struct Wish: Encodable {
        var state: String
        var since: String
        var by: String
        var deadline: String?
    }

    /// A change of status.
    struct Transition: Encodable {
        var at: String
        var from: String
        var to: String
        var cause: String
        var incarnation: UInt64
    }

    /// An instance.
    struct Instance: Encodable {
        var id: String
        var service: String
        var address: String
        var weight: UInt16
        var status: String
        var since: String
        var cause: String
        var incarnation: UInt64
        var administrative: Wish
        var pins: UInt64
        var process: Int32?
        var says: String?
        var history: [Transition]?

        init(_ report: InstanceReport) {
            id = report.identity
            service = report.service
            address = report.address
            weight = report.weight
            status = "\(report.status.name)"
            since = StatusDocument.time(report.since)
            cause = report.cause
            incarnation = report.incarnation
            administrative = Wish(
                state: "\(report.administrative.name)",
                since: StatusDocument.time(report.administrativeSince),
                by: report.isOperators ? "operator" : "configuration",
                deadline: report.drainDeadline.map(StatusDocument.time))
            pins = report.pins
            process = report.process > 0 ? report.process : nil
            says = report.text.isEmpty ? nil : report.text
        }

        /// Takes the answers to a question about its history.
        mutating func add(history answers: [ControlFrame]) {
            history = answers.compactMap { answer in
                guard case .transition(let transition) = answer else { return nil }
                return Transition(
                    at: StatusDocument.time(transition.at), from: "\(transition.from.name)",
                    to: "\(transition.to.name)", cause: transition.cause, incarnation: transition.incarnation)
            }
        }
    }

    var gateway: Gateway?
    var sides: [Side]?
    var instances: [Instance] = []

    /// Takes the instances among some answers.
    mutating func add(_ answers: [ControlFrame]) {
        for case .report(let report) in answers { instances.append(Instance(report)) }
    }

    static func time(_ milliseconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
