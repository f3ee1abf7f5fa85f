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
