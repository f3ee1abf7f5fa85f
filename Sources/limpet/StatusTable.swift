internal import Administration
internal import Foundation

/// The text of `limpet status`: a table of the sides, one of the instances, and the history where it is wanted.
struct StatusTable {
    let text: String

    init(_ document: StatusDocument, now: Date, hasHistory: Bool) {
        var text = ""
        if let gateway = document.gateway {
            let name = gateway.node.isEmpty ? "" : " of \(gateway.node)"
            text += "gateway\(name): process \(gateway.process), since \(gateway.since), "
            text += "\(gateway.workers) workers, snapshot \(gateway.snapshot)\n"
            text += Self.abuse(gateway.abuse)
        }
        if let sides = document.sides, !sides.isEmpty {
            text += Self.aligned(
                [["SIDE", "STATE", "SINCE", "CAUSE"]] + sides.map { [$0.side, $0.state, $0.since, $0.cause] })
            text += "\n"
        }
        let rows = document.instances.map { instance in
            let wish = instance.administrative
            let until = wish.deadline.map { " until \($0)" } ?? ""
            return [
                instance.service, instance.id, instance.status, instance.since, wish.state + until,
                "\(instance.pins)", instance.address,
                instance.cause.isEmpty ? "not heard of yet" : instance.cause,
            ]
        }
        text += Self.aligned(
            [["SERVICE", "INSTANCE", "STATUS", "SINCE", "WANTED", "PINS", "ADDRESS", "CAUSE"]] + rows)
        if hasHistory { text += document.instances.map(Self.history).joined() }
        self.text = text
    }

    /// For what clients were sent away; nothing if none was.
    private static func abuse(_ counts: [String: UInt64]) -> String {
        let some = counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        guard !some.isEmpty else { return "" }
        return "sent away for abuse: \(some.map { "\($0.key) \($0.value)" }.joined(separator: ", "))\n"
    }

    private static func history(of instance: StatusDocument.Instance) -> String {
        let lines = (instance.history ?? []).map { transition in
            ["  " + transition.at, "\(transition.from) -> \(transition.to)", transition.cause]
        }
        return "\n\(instance.id)\n" + (lines.isEmpty ? "  no change yet\n" : aligned(lines))
    }

    /// Columns two spaces apart, the last one as it is.
    private static func aligned(_ rows: [[String]]) -> String {
        guard let columns = rows.first?.indices else { return "" }
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row.dropLast(), widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            line += row.last ?? ""
            // Not every side lacks something.
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        .joined()
    }
}
