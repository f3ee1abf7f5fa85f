internal import Affinity
internal import Balancing
internal import Platform

/// Where a request goes, and what was tried.
struct PlacementState: ~Copyable {
    /// Position of the instance in its service; -1 before it was chosen.
    var position = -1
    var reason = Reason.new
    /// The positions that were tried.
    var tried = InstanceSet()
    /// How often the request was sent again.
    var attempts = 0
    /// How often an instance was given time that could not be reached although it is called running, and since when the
    /// last time.
    var doubts = 0
    var doubtedSince: MonotonicTime?
    /// An instance has had the request that waits: to send it is one of the times that it may be sent again.
    var isToBeRepeated = false
    /// An instance has got something of the request, or has refused us: to be sent nowhere is not the whole story.
    var hasMetFault = false
    /// Since when the request has been held.
    var heldSince: MonotonicTime?
    /// Since when the request has waited in line for a connection.
    var inLineSince: MonotonicTime?
    /// The lineage that the request was placed under, for the log.
    var lineage: Lineage?
    /// A cookie or the source has counted for the request.
    var hasOtherAssociation = false
    /// A cookie of our name came with the request whose seal is not ours.
    var hasForeignCookie = false
    /// The generation of the affinity cookie that came with the request.
    var cookieGeneration: UInt32?
}
