/// What the studies found. Times are nanoseconds for one operation, medians of several rounds.
struct ScaleReport: Encodable {
    /// A table or cache of one size.
    struct Size: Encodable {
        let entries: Int
        /// One look-up of an entry drawn at random.
        let hit: Double
        /// The same after other work has taken the processor's caches.
        let coldHit: Double
        /// One look-up of what is not there.
        let miss: Double
        /// One entry added, growth included.
        let insert: Double
        /// Memory as the type itself accounts for it, in bytes for each entry.
        let accountedBytes: Double
        /// How much the process has grown, in bytes for each entry.
        let residentBytes: Double
        /// One read of a random word of memory as large, after the one before it.
        let memoryFloor: Double
    }

    /// One policy under skewed load. Each figure is the largest instance's over the mean.
    struct Balance: Encodable {
        let policy: String
        let lineages: Double
        let requests: Double
        /// The largest number of requests under way at one instance, over the mean at that moment, averaged.
        let underWay: Double
    }

    /// What one policy does after the association table is lost.
    struct Loss: Encodable {
        let policy: String
        /// Share of lineages that come back to their owner with what their ticket carries.
        let keptByTicket: Double
        /// The same for lineages that carry no pin, for instance those that a source address names.
        let keptWithoutPin: Double
        /// One placement with the table whole.
        let before: Double
        /// One placement from the ticket, which enters the pin again.
        let after: Double
    }

    var table: [Size] = []
    var cache: [Size] = []
    var balance: [Balance] = []
    var loss: [Loss] = []
}
