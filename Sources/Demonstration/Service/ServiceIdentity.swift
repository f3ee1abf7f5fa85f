internal import Platform

/// Who a demo service is, and since when it is ready.
struct ServiceIdentity: Sendable {
    /// `name@node`.
    let name: String
    /// The process identifier: another one after a restart.
    let process: Int32
    /// Before this moment it answers 503.
    let readyAt: MonotonicTime
}
