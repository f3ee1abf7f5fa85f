internal import Foundation

/// What this kernel may keep of a TCP connection's bytes.
enum KernelBuffers {
    /// More than the gateway's two connections together hold on their way in one direction, in bytes: two send
    /// buffers and two receive buffers at their largest (tcp(7): tcp_rmem, tcp_wmem), and what is read ahead.
    static let betweenClientAndService =
        2 * (largest("/proc/sys/net/ipv4/tcp_rmem") + largest("/proc/sys/net/ipv4/tcp_wmem")) + (8 << 20)

    /// The last of the three figures in `path`; a generous one if there are none.
    private static func largest(_ path: String) -> Int {
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 32 << 20
    }
}
