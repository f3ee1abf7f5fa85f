internal import Platform

/// Signals within a closure, which cannot hold what may not be copied.
final class SignalBox {
    private let source: SignalSource

    init(_ source: consuming SignalSource) {
        self.source = source
    }

    var number: Int32 { source.number }

    func next() -> SignalSource.Signal? { source.next() }
}
