/// Which requests go where. The most specific host wins, then the longest path.
public struct RouteConfiguration: Sendable, Equatable {
    /// The host of a request, compared in lower case and without its port.
    public enum Host: Sendable, Hashable, CustomStringConvertible {
        /// Every host: `*`.
        case any
        /// Every name below that domain, at any depth: `*.example.com` holds `example.com`.
        case subdomains(of: String)
        /// That name or address.
        case exact(String)

        /// The notation of the file.
        public var description: String {
            switch self {
            case .any: "*"
            case .subdomains(let domain): "*.\(domain)"
            case .exact(let name): name
            }
        }
    }

    /// What becomes of a request.
    public enum Action: Sendable, Equatable {
        /// It goes to the service of that name, which exists.
        case service(String)
        /// It is answered with a redirect to HTTPS.
        case redirect(RedirectConfiguration)
    }

    /// Which hosts.
    public var host = Host.any
    /// Which paths: those that are equal to it or go on with `/`. Begins with `/` and doesn't end with it, unless it is `/`.
    public var path = "/"
    /// What becomes of the request.
    public var action: Action
    /// The protocols that a connection may go over to (RFC 9110 section 7.8), in lower case; none: requests to do so are
    /// answered by the service as if they had not asked.
    public var upgrades: [String] = []
    /// Whether the service is asked to CONNECT (RFC 9110 section 9.3.6).
    public var allowsConnect = false
    /// How responses are compressed; nil: not at all.
    public var compression: CompressionConfiguration?
    /// How the fields of requests change on the way to the service.
    public var requestFields = FieldRules()
    /// How the fields of responses change on the way to the client.
    public var responseFields = FieldRules()

    /// A route for everything.
    public init(action: Action) {
        self.action = action
    }
}

extension RouteConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let context = section.context
        var redirect: RouteRedirect?
        section.read("redirect", into: &redirect)
        let service = section.value("service", .text)
        self.init(action: redirect.map { .redirect($0.redirect) } ?? .service(service ?? ""))
        section.read("host", .routeHost, into: &host)
        section.read("path", .routePath, into: &path)
        section.read("upgrade", listOf: .upgrade, into: &upgrades)
        section.read("connect", .boolean, into: &allowsConnect)
        readCompression(section)
        section.read("request-fields", into: &requestFields)
        section.read("response-fields", into: &responseFields)
        if section.has("service") == section.has("redirect") {
            context.refuse("a route needs either 'service' or 'redirect'", at: section.position)
        }
        if section.has("redirect"), let key = ["upgrade", "connect", "compress"].first(where: section.has) {
            context.refuse("'\(key)' needs a service", at: section.position(of: key))
        }
        if let service {
            lead(to: service, section)
            if context.streamServices.contains(service),
                let other = upgrades.first(where: { $0 != "websocket" })
            {
                context.refuse(
                    "'upgrade' to \(other) needs HTTP/1.1, and '\(service)' speaks HTTP/2: there it can be websocket",
                    at: section.position(of: "upgrade"))
            }
        }
        if let earlier = context.claim("route", "\(host) \(path)", at: section.position) {
            context.refuse(
                "there is a route for host '\(host)' and path '\(path)' already at \(earlier)",
                at: section.position)
        }
    }

    /// `true`, `false` or a section of its own.
    private mutating func readCompression(_ section: SectionReader) {
        let key = "compress"
        if section.isSection(key) {
            section.read(key, into: &compression)
        } else if section.value(key, .boolean) == true {
            compression = CompressionConfiguration()
        }
    }

    /// Reports a service that does not exist.
    private func lead(to service: String, _ section: SectionReader) {
        let context = section.context
        guard context.services[service] == nil else {
            context.routedServices.insert(service)
            return
        }
        let hint =
            Spelling.nearest(to: service, among: context.services.keys.sorted())
            .map { "; did you mean '\($0)'?" } ?? ""
        context.refuse(
            "there is no service \(Spelling.quoted(service))\(hint)", at: section.position(of: "service"))
    }
}
