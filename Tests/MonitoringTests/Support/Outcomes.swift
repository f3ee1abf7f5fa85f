import Glibc
import Monitoring

extension ProbeOutcome? {
    /// Whether the probe is over and came out as expected.
    var isSuccess: Bool {
        if case .succeeded = self { true } else { false }
    }
}

/// Removes what a test has left in the file system.
func removeFile(_ path: String) {
    unsafe unlink(path)
}
