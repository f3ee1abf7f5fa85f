internal import Foundation

/// The program under test.
public enum GatewayBinary {
    /// Where it is: `LIMPET_BINARY`, or beside the bundle of the tests.
    public static var path: String {
        if let named = ProcessInfo.processInfo.environment["LIMPET_BINARY"] { return named }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("limpet").path
    }
}
