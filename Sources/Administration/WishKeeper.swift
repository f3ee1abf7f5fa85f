internal import Balancing
internal import Monitoring
internal import Platform

/// Keeps what operators want in a file, for the gateway that comes after this one.
final class WishKeeper {
    private let path: String
    private let observe: (AdministrationEvent) -> Void
    /// What the file holds; nil if that is not known.
    private var kept: [KeptWish]?
    /// Why the file is left alone: it is not ours.
    private var refusal: String?

    init(path: String, observe: @escaping (AdministrationEvent) -> Void) {
        self.path = path
        self.observe = observe
    }

    /// Gives the monitor what an earlier gateway has kept. What makes no sense is told, and counts for nothing.
    func restore(to monitor: ServiceMonitor) {
        do {
            guard let bytes = try PrivateFile.read(path) else { return kept = [] }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return observe(.notKept("\(path) makes no sense: every instance is as it was configured"))
            }
            let wishes = try WishFile.read(text, clock: .now)
            for lost in monitor.restore(wishes) {
                observe(
                    .ordered(
                        "\(lost.instance): '\(lost.wish.state.name)' counts no more, by the configuration"))
            }
        } catch let fault as WishFile.Fault {
            return observe(.notKept("\(path): \(fault): every instance is as it was configured"))
        } catch {
            refusal = "\(path): \(error)"
            return observe(.notKept("\(path): \(error): every instance is as it was configured"))
        }
        keep(of: monitor)
    }

    /// Writes what operators want now, unless the file says so already; why that cannot be, or nothing.
    @discardableResult
    func keep(of monitor: ServiceMonitor) -> String? {
        // Somebody else's file is left alone.
        if let refusal { return refusal }
        let wishes = monitor.keptWishes
        guard wishes != kept else { return nil }
        let text = Array(WishFile.write(wishes, clock: .now).utf8)
        do {
            try PrivateFile.replace(path, with: text.span)
            kept = wishes
            return nil
        } catch {
            let reason = "\(path): \(error)"
            observe(.notKept(reason))
            return reason
        }
    }
}
