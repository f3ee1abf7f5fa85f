/// The table of layers, and who may import what from outside. A new module, or a new dependency, gets its place
/// here in the same commit.
enum Layers {
    /// Our modules, lowest row first. A module imports those of lower rows, and those to its left in its own row.
    static let rows = [
        ["Platform"],
        ["Runtime"],
        ["TLS", "ProxyProtocol", "HTTP", "HTTP1", "HTTP2", "Framing", "StatusFrames", "Compression"],
        ["Configuration", "Affinity", "Balancing"],
        ["Interfaces", "Monitoring"],
        ["Administration", "Proxy", "Node"],
        ["Demonstration"],
        ["limpet"],
    ]

    /// The C modules, each with the one module that wraps it.
    static let wrapper = [
        "CLinux": "Platform", "CFreeLists": "TLS", "COpenSSL": "TLS", "CAres": "Monitoring",
        "CNghttp2": "HTTP2", "CZlib": "Compression", "CBrotli": "Compression",
    ]

    /// Modules through which bytes of clients and services pass: they never see Foundation.
    static let dataPlane: Set = [
        "Platform", "Runtime", "TLS", "ProxyProtocol", "HTTP", "HTTP1", "HTTP2", "Framing", "StatusFrames",
        "Compression", "Affinity", "Balancing", "Interfaces", "Administration", "Proxy", "Node",
    ]

    /// Modules from outside, each with those that may import it.
    static let outside: [String: Set<String>] = [
        "Synchronization": Set(rows.joined()),
        "Foundation": ["Configuration", "Monitoring", "Demonstration", "limpet"],
        "Glibc": ["Platform"],
        "ArgumentParser": ["limpet"],
        "Logging": ["limpet"],
        "Yams": ["Configuration"],
    ]

    /// Folders of `Sources` without a folder of tests, each with the reason.
    static let withoutTests = [
        "CLinux": "declarations; what is called is tested through Platform",
        "CFreeLists": "called, and tested, through TLS",
        "COpenSSL": "declarations; what is called is tested through TLS",
        "CAres": "declarations; what is called is tested through Monitoring",
        "CNghttp2": "declarations; what is called is tested through HTTP2",
        "CZlib": "declarations; what is called is tested through Compression",
        "CBrotli": "declarations; what is called is tested through Compression",
        "HTTP": "the words of HTTP1, tested with its parsers in HTTP1Tests",
        "limpet": "runs whole, as the real program, in EndToEndTests",
    ]

    /// Says why `module` must not import `imported`, with what to do instead; nothing if it may.
    static func objection(to imported: String, in module: String) -> String? {
        if let wrapper = wrapper[imported] {
            guard module != wrapper else { return nil }
            return "imports \(imported), which \(wrapper) wraps; give \(wrapper) a Swift call and use that"
        }
        guard let place = place(of: module) else {
            return "'\(module)' has no place in the table of layers; put it into Layers.rows"
        }
        if let other = Layers.place(of: imported) {
            guard other.row > place.row || (other.row == place.row && other.column >= place.column) else {
                return nil
            }
            return
                "imports \(imported) (row \(other.row)) from \(module) (row \(place.row)); only lower rows, and "
                + "those to the left in its own, may be imported: move the code up or pass the thing in"
        }
        if imported.hasPrefix("Foundation"), dataPlane.contains(module) {
            return "imports \(imported) in the data plane; use Platform, or write what is needed over spans"
        }
        guard let importers = outside[imported] else {
            return
                "imports \(imported), which no module is known to need; put it into Layers.outside, or do without"
        }
        guard !importers.contains(module) else { return nil }
        return "imports \(imported), which only \(importers.sorted().formatted) may; ask one of them"
    }

    private static func place(of module: String) -> (row: Int, column: Int)? {
        for (row, modules) in rows.enumerated() {
            if let column = modules.firstIndex(of: module) { return (row, column) }
        }
        return nil
    }
}

extension [String] {
    fileprivate var formatted: String { joined(separator: ", ") }
}
