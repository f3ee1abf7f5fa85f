internal import Administration
internal import ArgumentParser
internal import Foundation

/// `limpet status`: what the gateway knows of its services.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the services, their instances, and how they are.",
        discussion: """
            STATUS is what the gateway sees (starting, running, notRunning), since when, and why. WANTED is what an \
            operator or the configuration wants (ready, draining, disabled). PINS counts the sessions that it owns. \
            Before them stand the sides of the appliance (client, service, backplane): STATE is unwatched, up, \
            degraded or lost.
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "Only this instance, NAME@NODE.")
    var identity: String?

    @Flag(help: "Show the last changes of status of each instance, with their times and causes.")
    var history = false

    @Flag(help: "Write JSON.")
    var json = false

    func run() throws {
        let document = try options.withGateway { client in
            var document = StatusDocument()
            if let identity {
                document.add(try client.ask(.instance(identity)))
            } else {
                let status = try client.status()
                document.gateway = status.gateway.map(StatusDocument.Gateway.init)
                document.sides = status.sides.map(StatusDocument.Side.init)
                document.add(status.instances.map { .report($0) })
            }
            guard history else { return document }
            for index in document.instances.indices {
                let answers = try client.ask(.history(document.instances[index].id))
                document.instances[index].add(history: answers)
            }
            return document
        }
        guard json else {
            return print(StatusTable(document, now: .now, hasHistory: history).text, terminator: "")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try Refusal.turning { try encoder.encode(document) }
        print(String(decoding: data, as: UTF8.self))
    }
}
