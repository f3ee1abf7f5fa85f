/// One question that c-ares is asked, with the one who waits for the answer.
final class NameLookUp {
    let name: String
    private let receive: (NameAnswer) -> Void
    private(set) weak var resolver: NameResolver?
    /// Nobody wants the answer any more.
    private(set) var isCancelled = false

    init(_ name: String, for resolver: NameResolver, _ receive: @escaping (NameAnswer) -> Void) {
        self.name = name
        self.resolver = resolver
        self.receive = receive
    }

    /// The answer, when it comes, is dropped.
    func cancel() {
        isCancelled = true
    }

    /// Hands the answer over.
    func deliver(_ answer: NameAnswer) {
        if !isCancelled { receive(answer) }
    }
}
