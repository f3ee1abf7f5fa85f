/// Reads the services that are supervised here, and sees to it that they can be put in an order.
struct LocalServices {
    private var services: [LocalServiceConfiguration] = []
    private var places: [String: SourcePosition] = [:]

    /// The services of the key `local-services`, each behind those that it needs.
    static func read(_ root: SectionReader) -> [LocalServiceConfiguration] {
        var reading = LocalServices()
        for entry in root.entries("local-services", limit: ConfigurationBounds.localServices) {
            do throws(Refusal) {
                _ = try ScalarFormat<String>.identity.parse(entry.key)
            } catch {
                root.context.refuse(
                    error.sentence(subject: "the identity of a local service", found: entry.key),
                    at: entry.keyPosition)
            }
            var service: LocalServiceConfiguration = root.child(
                entry.node, name: "local-services.\(Spelling.printable(entry.key))", at: entry.position)
            service.id = entry.key
            reading.services.append(service)
            reading.places[entry.key] = entry.keyPosition
        }
        return reading.ordered(root.context)
    }

    private func ordered(_ context: ReadingContext) -> [LocalServiceConfiguration] {
        var done: Set<String> = []
        var result: [LocalServiceConfiguration] = []
        var rest = services
        for service in services {
            for need in service.after where places[need] == nil {
                context.refuse(
                    "'\(service.id)' needs '\(need)', which is no local service",
                    at: places[service.id] ?? .start)
            }
        }
        while !rest.isEmpty {
            let (next, waiting) = (
                rest.filter { $0.after.allSatisfy { done.contains($0) || places[$0] == nil } },
                rest.filter { !$0.after.allSatisfy { done.contains($0) || places[$0] == nil } }
            )
            guard !next.isEmpty else {
                let names = waiting.map(\.id).joined(separator: ", ")
                context.refuse("these wait for each other: \(names)", at: places[waiting[0].id] ?? .start)
                return services
            }
            result += next
            done.formUnion(next.map(\.id))
            rest = waiting
        }
        return result
    }
}
