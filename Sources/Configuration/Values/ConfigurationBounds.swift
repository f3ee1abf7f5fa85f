/// How large a configuration may be. Nothing that is read grows beyond these.
public enum ConfigurationBounds {
    /// The largest file, in bytes.
    public static let fileBytes = 1 << 20
    /// The deepest nesting of mappings and sequences.
    public static let depth = 32
    /// How many problems are kept; the others are counted.
    public static let problems = 50
    /// How many warnings are kept.
    public static let warnings = 50
    /// Listeners of a configuration.
    public static let listeners = 64
    /// Certificates of a configuration.
    public static let certificates = 1024
    /// Services of a configuration.
    public static let services = 1024
    /// Instances of a service.
    public static let instances = 256
    /// Local services of a configuration.
    public static let localServices = 4096
    /// Routes of a configuration.
    public static let routes = 4096
    /// Entries of any other list.
    public static let entries = 256
    /// The longest text of a value, in bytes.
    public static let textBytes = 4096
}
