internal import Platform

/// The words that the demonstration ends with.
enum DemoReport {
    /// The table of the kinds.
    static func table(_ summaries: [KindSummary]) -> String {
        let rows = summaries.map { summary in
            let moves = summary.moves.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return [
                summary.kind.name, "\(summary.connections)", "\(summary.connections - summary.resumed)",
                "\(summary.resumed)", "\(summary.reachedOwner)", "\(summary.owned - summary.reachedOwner)",
                moves.isEmpty ? "-" : moves.joined(separator: ", "),
            ]
        }
        let titles = [
            "kind", "connections", "full", "resumed", "reached the owner", "re-pinned", "why (requests)",
        ]
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { row in
            row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                let isText = column == 0 || column == titles.count - 1
                return isText ? row[column] + gap : gap + row[column]
            }.joined(separator: "  ")
        }
        let rule = String(repeating: "-", count: lines.first?.count ?? 0)
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }

    /// The promises with yes or no.
    static func promises(_ promises: [Promise]) -> String {
        promises.map { "\($0.holds ? "yes" : "NO ")  \($0.text)\n     \($0.figures)" }.joined(separator: "\n")
    }

    /// The commands to try by hand.
    static func commands(_ both: DemoGateway, _ stateful: DemoGateway, folder: DemoFolder) -> String {
        let authority = folder.file("certs/ca.pem")
        let session = folder.file("session.pem")
        let port = both.address.port ?? 0
        let client = "openssl s_client -connect \(both.address) -servername limpet.test -CAfile \(authority)"
        let other =
            "openssl s_client -connect \(stateful.address) -servername limpet.test -CAfile \(authority)"
        let ask = "printf 'GET / HTTP/1.1\\r\\nHost: limpet.test\\r\\nConnection: close\\r\\n\\r\\n' |"
        return """
            # one client, one connection, one owner
            curl --silent --cacert \(authority) --resolve limpet.test:\(port):127.0.0.1 https://limpet.test:\(port)/[1-3]
            # TLS 1.2 by session ID, then by ticket: one new session, five reused
            \(client) -tls1_2 -no_ticket -reconnect </dev/null 2>/dev/null | grep -E '^(New|Reused)'
            \(client) -tls1_2 -reconnect </dev/null 2>/dev/null | grep -E '^(New|Reused)'
            # TLS 1.3, stateless: the second comes back to the owner of the first, if it comes before the ticket is too old
            \(ask) \(client) -quiet -sess_out \(session)
            \(ask) \(client) -quiet -sess_in \(session)
            # TLS 1.3, stateful: the same, with the session kept by the gateway
            \(ask) \(other) -quiet -tls1_3 -sess_out \(session)
            \(ask) \(other) -quiet -tls1_3 -sess_in \(session)
            # what the gateway says about it
            tail -n 5 \(both.accessLog)
            """
    }
}
