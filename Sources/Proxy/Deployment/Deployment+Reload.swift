internal import Configuration

extension Deployment {
    /// What differs from `previous` but takes effect only after a restart: a sentence for each.
    func unchangeable(since previous: Deployment, workers: Int) -> [String] {
        let (old, new) = (previous.configuration, configuration)
        var sentences: [String] = []
        if let count = new.workers, count != workers { sentences.append("workers: still \(workers)") }
        if old.tls.ticketKeys != new.tls.ticketKeys { sentences.append("tls.ticket-keys") }
        if old.tls.sessionCache != new.tls.sessionCache { sentences.append("tls.session-cache") }
        if old.affinity.lifetime != new.affinity.lifetime {
            sentences.append("affinity.lifetime, for the pins in memory: sessions and tickets follow it")
        }
        if old.affinity.table != new.affinity.table { sentences.append("affinity.table") }
        if old.affinity.cookie.secret != new.affinity.cookie.secret {
            sentences.append("affinity.cookie.secret")
        }
        if (old.accessLog == nil) != (new.accessLog == nil) { sentences.append("access-log") }
        if old.administration != new.administration { sentences.append("administration") }
        if old.nodeManager.directory != new.nodeManager.directory {
            sentences.append("node-manager.directory")
        }
        return sentences
    }
}
