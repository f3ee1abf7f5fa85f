internal import Affinity
internal import Balancing
internal import Monitoring

/// The connections to the instances of the present deployment, and the exchanges that wait for one.
extension Worker {
    /// The connections to an instance, by its positions in the present deployment.
    func pool(service: Int, position: Int) -> UpstreamPool {
        pools[service][position]
    }

    /// Builds what each service needs, in the order of the deployment; what an instance had is kept. Who waits for an
    /// instance that has gone is held, to be placed again.
    func prepareServices() {
        var kept: [InstanceKey: UpstreamPool] = [:]
        pools = deployment.services.map { service in
            service.keys.map { key in
                let pool = upstreams[key] ?? UpstreamPool(worker: self, instance: key, settings: service.pool)
                kept[key] = pool
                return pool
            }
        }
        for (key, pool) in upstreams where kept[key] == nil { held += pool.retire() }
        upstreams = kept
        balancers = deployment.services.map { _ in Balancer(seed: nextSeed()) }
        applyAddresses()
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

    /// Keeps an exchange until the statuses change; false if the queue of its service is full.
    func hold(_ exchange: Exchange, limit: Int) -> Bool {
        guard held.count(where: { $0.service == exchange.service }) < limit else { return false }
        held.append(exchange)
        return true
    }

    /// Takes an exchange out of the queue that it waits in.
    func leaveQueues(_ exchange: Exchange) {
        guard exchange.phase == .held else { return }
        held.removeAll { $0 === exchange }
        exchange.pool?.dequeue(exchange)
    }

    /// Places all that are held anew.
    func resumeHeld() {
        let waiting = held
        held.removeAll()
        for exchange in waiting { exchange.resume(choosing: true) }
    }
}
