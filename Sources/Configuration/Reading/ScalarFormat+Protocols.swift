extension ScalarFormat where Value == String {
    /// A protocol of `Upgrade` (RFC 9110 section 7.8), a name and perhaps a version, in lower case.
    static var upgrade: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let name = text.lowercased()
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, name.utf8.count <= 64,
                parts.allSatisfy({ NameText.isToken(String($0)) })
            else { throw .must("be the name of a protocol, such as websocket") }
            // What is inside would be requests that nobody here has looked at.
            guard !["h2c", "h2", "http", "tls"].contains(parts[0]) else {
                throw .must(
                    "be a protocol other than HTTP and TLS, which would carry requests past every rule")
            }
            return name
        }
    }
}

extension ScalarFormat where Value == String {
    /// A media type (RFC 9110 section 8.3.1) without parameters, or `text/*` for a kind of them; in lower case.
    static var mediaType: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let type = text.lowercased()
            let parts = type.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, type.utf8.count <= 128, parts[0] != "*",
                NameText.isToken(String(parts[0])), NameText.isToken(String(parts[1])),
                parts[1] == "*" || !parts[1].contains("*")
            else { throw .must("be a media type, such as text/html or text/*") }
            return type
        }
    }
}
