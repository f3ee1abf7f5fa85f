internal import Platform

/// Who must begin with a PROXY protocol header: `{ from: [10.0.0.0/8] }`.
struct ProxyProtocolSources: ReadableSection {
    var from: [IPPrefix] = []

    init() {}

    init(reading section: SectionReader) {
        section.read("from", listOf: .prefix, into: &from)
        if from.isEmpty {
            section.context.refuse(
                "'proxy-protocol' needs 'from', a list of the addresses it is spoken from",
                at: section.position(of: "from"))
        }
    }
}
