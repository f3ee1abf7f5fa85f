extension ScalarFormat where Value == String {
    /// Fields that frame a message or belong to one connection: we write these ourselves.
    private static var ownFields: Set<String> {
        [
            "connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade",
        ]
    }

    /// The name of a field that rules may touch.
    static var fieldName: ScalarFormat {
        token.map { (name) throws(Refusal) in
            guard !ownFields.contains(name.lowercased()) else {
                throw .sentence(
                    "'\(name)' cannot be changed: it is written for each message by the gateway itself")
            }
            return name
        }
    }

    /// The value of a field (RFC 9110 section 5.5).
    static var fieldValue: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard !text.utf8.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7f }) else {
                throw .must("have no line breaks and no control characters")
            }
            guard text.utf8.count <= ConfigurationBounds.textBytes else {
                throw .must("have at most \(ConfigurationBounds.textBytes) bytes")
            }
            let blanks: [UInt8?] = [0x20, 0x09]
            guard !blanks.contains(text.utf8.first), !blanks.contains(text.utf8.last) else {
                throw .must("have no space at its ends")
            }
            return text
        }
    }
}
