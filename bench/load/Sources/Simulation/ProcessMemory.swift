internal import Foundation

/// What the kernel says about memory (proc(5)).
enum ProcessMemory {
    /// The resident memory of this process, in bytes.
    static var resident: Int { number(of: "VmRSS:", in: "/proc/self/status") << 10 }

    /// What could be had without swapping, in bytes.
    static var available: Int { number(of: "MemAvailable:", in: "/proc/meminfo") << 10 }

    private static func number(of name: String, in path: String) -> Int {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return 0 }
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
