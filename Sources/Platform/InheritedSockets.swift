internal import CLinux

/// Listening sockets that the service manager opened for us (sd_listen_fds(3)).
public enum InheritedSockets {
    /// The descriptors with their names (`LISTEN_FDNAMES`), in order; empty unless `LISTEN_PID` is ours.
    public static func fromEnvironment() -> [(number: Int32, name: String)] {
        listed { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
    }

    /// The same from any source of variables.
    static func listed(_ variable: (String) -> String?) -> [(number: Int32, name: String)] {
        guard variable("LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = variable("LISTEN_FDS").flatMap({ Int32($0) }), count > 0, count <= 256
        else { return [] }
        let names = variable("LISTEN_FDNAMES")?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        return (0..<count).map { index in
            (3 + index, Int(index) < names.count ? String(names[Int(index)]) : "unknown")
        }
    }
}
