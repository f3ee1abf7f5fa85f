internal import Affinity
internal import Balancing
internal import Monitoring

/// The connections to the instances of the present deployment, and the exchanges that wait for one.
extension Worker {
    /// The connections to an instance, by its positions in the present deployment.
    func pool(service: Int, position: Int) -> UpstreamPool {
        pools[service][position]
    }

    /// Builds what each service needs, in the order of the deployment; what an instance had is kept. Answers who was held,
    /// or waits for an instance that has gone: they are to be placed again.
    func prepareServices() -> [Exchange] {
        var stranded = Array(held.joined())
        held = deployment.services.map { _ in [] }
        var kept: [InstanceKey: UpstreamPool] = [:]
        pools = deployment.services.map { service in
            service.keys.map { key in
                let pool = upstreams[key] ?? UpstreamPool(worker: self, instance: key, settings: service.pool)
                kept[key] = pool
                return pool
            }
        }
        for (key, pool) in upstreams where kept[key] == nil { stranded += pool.retire() }
        upstreams = kept
        balancers = deployment.services.map { _ in Balancer(seed: nextSeed()) }
        applyAddresses()
        return stranded
    }

    /// Takes over where the instances are reached now.
    func applyAddresses() {
        for (service, pools) in pools.enumerated() {
            for (position, pool) in pools.enumerated() {
                pool.apply(
                    address: monitoring.address(service: service, instance: position),
                    settings: deployment.services[service].pool,
                    security: deployment.services[service].security(at: position))
            }
        }
    }

    // MARK: Hold

    /// Whether there is room for an exchange in the queue of its service, which is one of the present deployment.
    func mayHold(_ exchange: Exchange) -> Bool {
        held[exchange.service].count < deployment.services[exchange.service].holdQueue
    }

    /// Keeps an exchange until the statuses of its service change; false if the queue is full.
    func hold(_ exchange: Exchange) -> Bool {
        guard mayHold(exchange) else { return false }
        held[exchange.service].append(exchange)
        return true
    }

    /// Takes an exchange out of the queue that it waits in.
    func leaveQueues(_ exchange: Exchange) {
        guard exchange.phase == .held else { return }
        // One of an earlier deployment is in none, but about to be placed again.
        if held.indices.contains(exchange.service) { held[exchange.service].removeAll { $0 === exchange } }
        exchange.pool?.dequeue(exchange)
    }

    /// The statuses of services have changed: places those anew that are held there, and those whose instance has turned out
    /// not to be running.
    func followStatuses(of services: [Int]) {
        for service in services where pools.indices.contains(service) {
            let waiting = held[service]
            held[service].removeAll()
            resume(waiting)
            followFalls(of: service)
        }
    }

    /// Places exchanges anew that were held.
    func resume(_ exchanges: [Exchange]) {
        for exchange in exchanges { exchange.resume(choosing: true) }
    }

    private func followFalls(of service: Int) {
        let state = monitoring.status.services[service]
        guard state.hasEligible else { return }
        for (pool, instance) in zip(pools[service], state.instances) where instance.status == .notRunning {
            let users = pool.users.members
            for exchange in users where exchange.pool === pool { exchange.instanceFell() }
        }
    }
}
