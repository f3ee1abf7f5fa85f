internal import CLinux

/// Our standard error.
public enum StandardError {
    /// Writes `text`, as far as the other end takes it.
    public static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = unsafe CLinux.write(2, bytes.baseAddress, bytes.count)
        }
    }
}
