extension RecordingUpstream {
    /// A plain response with a body.
    public static func response(_ body: String, status: String = "200 OK", fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    /// Answers each request with the same bytes, and keeps the connection.
    public static func answering(_ response: String = response("ok")) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                try connection.readRequest()
                try connection.send(response)
            }
        }
    }

    /// Answers each request with its own first line, such as `GET /path`, as body.
    public static func echoing() throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                let answer = response(request.summary)
                try connection.send(
                    request.method == "HEAD" ? String(answer.dropLast(request.summary.count)) : answer)
            }
        }
    }

    /// Does `first` with the first request that reaches it, whose head is read; answers all others plainly with
    /// `next` as body.
    public static func misbehavingOnce(
        next: String = "next",
        _ first: @escaping @Sendable (UpstreamConnection, RequestMessage) throws -> Void
    ) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readHead()
                if request.number == 0 {
                    try first(connection, request)
                } else {
                    try connection.readBody(of: request)
                    try connection.send(response(next))
                }
            }
        }
    }
}
