extension GatewayConfiguration: ReadableSection {
    init(reading root: SectionReader) {
        self.init()
        root.read("node", .name, into: &node)
        root.read("workers", .integer(1...256), into: &workers)
        listeners = root.sections("listeners", limit: ConfigurationBounds.listeners).map(\.value)
        root.read("tls", into: &tls)
        root.read("affinity", into: &affinity)
        // Routes name services: these come first, wherever they stand.
        readServices(root)
        routes = root.sections("routes", limit: ConfigurationBounds.routes).map(\.value)
        localServices = LocalServices.read(root)
        if !localServices.isEmpty { nodeManager.directory = root.context.resolve(nodeManager.directory) }
        root.read("node-manager", into: &nodeManager)
        root.read("resolver", into: &resolver)
        root.read("interfaces", into: &interfaces)
        root.read("timeouts", into: &timeouts)
        root.read("limits", into: &limits)
        root.read("http2", into: &http2)
        root.read("access-log", into: &accessLog)
        root.read("log", into: &log)
        root.read("administration", into: &administration)
        validateListeners(root)
        validateServices(root)
        clampTicketLifetime(root)
    }

    private mutating func readServices(_ root: SectionReader) {
        for entry in root.entries("services", limit: ConfigurationBounds.services) {
            do throws(Refusal) {
                _ = try ScalarFormat<String>.name.parse(entry.key)
            } catch {
                root.context.refuse(
                    error.sentence(subject: "the name of a service", found: entry.key), at: entry.keyPosition)
            }
            var service: ServiceConfiguration = root.child(
                entry.node, name: "services.\(Spelling.printable(entry.key))", at: entry.position)
            service.name = entry.key
            services.append(service)
            if service.speech == .http2 || service.speech == .plainHTTP2 {
                root.context.streamServices.insert(entry.key)
            }
            root.context.services[entry.key] = entry.keyPosition
        }
    }

    private func validateListeners(_ root: SectionReader) {
        let context = root.context
        if listeners.isEmpty {
            context.refuse("'listeners' needs at least one listener", at: root.position(of: "listeners"))
        }
        if let listener = context.terminatingListeners.first, tls.certificates.isEmpty {
            context.refuse(
                "a listener that terminates TLS needs certificates: add 'tls.certificates' or say 'mode: plain'",
                at: listener)
        }
        if root.has("tls"), !listeners.isEmpty, context.terminatingListeners.isEmpty {
            context.warn("'tls' has no effect: no listener terminates TLS", at: root.position(of: "tls"))
        }
    }

    private func validateServices(_ root: SectionReader) {
        let context = root.context
        if context.hasServingListener, routes.isEmpty {
            context.refuse(
                "'routes' needs at least one route: every request would be refused",
                at: root.position(of: "routes"))
        }
        let started = Set(localServices.map(\.id))
        for service in services {
            for instance in service.instances
            where instance.notification != nil && started.contains(instance.id) {
                context.refuse(
                    "'\(instance.id)' is a local service, and speaks to the node manager: leave 'notify' out",
                    at: context.services[service.name] ?? .start)
            }
        }
        for service in services where !context.routedServices.contains(service.name) {
            context.warn(
                "no route leads to the service '\(service.name)'",
                at: context.services[service.name] ?? .start)
        }
    }

    /// A ticket lives no longer than half its key's life (RFC 9325 section 3.4) and than the lineage in it.
    private mutating func clampTicketLifetime(_ root: SectionReader) {
        let longest = min(tls.ticketKeys.life / 2, affinity.lifetime)
        guard tls.ticketLifetime > longest else { return }
        tls.ticketLifetime = max(.seconds(1), .seconds(longest.components.seconds))
        guard let place = root.context.ticketLifetime else { return }
        let limit = longest == affinity.lifetime ? "'affinity.lifetime'" : "half the life of a ticket key"
        root.context.warn(
            "'ticket-lifetime' is cut to \(DurationText.write(tls.ticketLifetime)), \(limit)", at: place)
    }
}
