internal import Affinity
internal import Balancing
internal import Configuration

/// A service as a configuration has it, checked before anything is changed for its sake.
struct ServiceDraft {
    let configuration: ServiceConfiguration
    /// Its instances, of which nothing has been heard.
    let state: ServiceState

    /// The services of a configuration, in its order. Nothing but the names and numbers is looked at.
    static func drafts(of configuration: GatewayConfiguration) throws(MonitoringError) -> [ServiceDraft] {
        var seen = Set<InstanceKey>()
        var drafts: [ServiceDraft] = []
        for service in configuration.services {
            for instance in service.instances
            where !seen.insert(InstanceKey(identity: instance.id)).inserted {
                throw .repeatedInstance(instance.id)
            }
            do {
                let states = service.instances.map { instance in
                    InstanceState(key: InstanceKey(identity: instance.id), weight: instance.weight)
                }
                let state = try ServiceState(
                    key: ServiceKey(name: service.name), instances: states,
                    settings: BalancingSettings(service))
                drafts.append(ServiceDraft(configuration: service, state: state))
            } catch {
                throw .service(service.name, error)
            }
        }
        return drafts
    }
}
