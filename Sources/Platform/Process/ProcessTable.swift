internal import CLinux

/// What the kernel tells of other processes (proc(5)).
public enum ProcessTable {
    private static let environmentBytes = 1 << 20
    /// How many descendants are looked for in one go.
    private static let descendantLimit = 65536

    /// The process that calls.
    public static var ourIdentifier: Int32 { getpid() }

    /// The user that we run as.
    public static var ourUser: UInt32 { geteuid() }

    /// When a process began, in clock ticks since the machine did. Together with the identifier it names a process for
    /// as long as the machine runs; nil if there is none.
    public static func startTime(of identifier: Int32) -> UInt64? {
        guard let fields = status(of: identifier), !isEnded(fields[0]) else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }

    /// The parent of a process; nil if there is no such process.
    public static func parent(of identifier: Int32) -> Int32? {
        status(of: identifier).flatMap { Int32(String(decoding: $0[1], as: UTF8.self)) }
    }

    /// The process group of a process; nil if there is none.
    public static func group(of identifier: Int32) -> Int32? {
        let group = getpgid(identifier)
        return group < 0 ? nil : group
    }

    /// Sends a signal to all of a process group; false if it has no member.
    @discardableResult
    public static func signalGroup(_ group: Int32, _ signal: Int32) -> Bool {
        guard group > 1 else { return false }
        return CLinux.kill(-group, signal) == 0
    }

    /// The processes, but for ours, that were started with the variable `name` in their environment, with its value.
    /// Those of other users are seen by root only.
    public static func processes(withVariable name: String) -> [(identifier: Int32, value: String)] {
        guard let folder = unsafe opendir("/proc") else { return [] }
        defer { unsafe closedir(folder) }
        let ours = getpid()
        var found: [(identifier: Int32, value: String)] = []
        while let entry = unsafe readdir(folder) {
            let file = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let identifier = Int32(file), identifier != ours,
                let value = variable(name, of: identifier)
            else { continue }
            found.append((identifier, value))
        }
        return found
    }

    /// Our children, orphans that have become so included; nil where the kernel does not tell.
    public static var children: [Int32]? {
        identifiers(in: "/proc/self/task/\(getpid())/children")
    }

    /// A process that descends from us, and its parent.
    public struct Descendant: Sendable {
        /// Its identifier.
        public let identifier: Int32
        /// That of its parent.
        public let parent: Int32
    }

    /// All who descend from us as things stand, parents before their children; nil where the kernel does not tell. Those who
    /// fork meanwhile may be missing: ask again until nobody is left.
    public static var descendants: [Descendant]? {
        guard children != nil else { return nil }
        var found: [Descendant] = []
        var parents = [getpid()]
        while let parent = parents.popLast(), found.count < descendantLimit {
            for child in children(of: parent) {
                found.append(Descendant(identifier: child, parent: parent))
                parents.append(child)
            }
        }
        return found
    }

    /// The children of a process, of all its threads.
    private static func children(of identifier: Int32) -> [Int32] {
        guard let folder = unsafe opendir("/proc/\(identifier)/task") else { return [] }
        defer { unsafe closedir(folder) }
        var found: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let thread = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Int32(thread) != nil else { continue }
            found += identifiers(in: "/proc/\(identifier)/task/\(thread)/children") ?? []
        }
        return found
    }

    private static func identifiers(in path: String) -> [Int32]? {
        contents(of: path, limit: 1 << 20).map { bytes in
            bytes.split(separator: UInt8(ascii: " ")).compactMap {
                Int32(String(decoding: $0, as: UTF8.self))
            }
        }
    }

    /// The value of a variable in the environment that a process was started with; nil if there is none, or it is not
    /// ours to see.
    public static func variable(_ name: String, of identifier: Int32) -> String? {
        guard let environment = contents(of: "/proc/\(identifier)/environ", limit: environmentBytes) else {
            return nil
        }
        let wanted = Array("\(name)=".utf8)
        guard let place = place(of: wanted, in: environment) else { return nil }
        return String(decoding: environment[place...].prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Where the text behind `name` begins, in texts that end with a zero each. An environment may be large, and whose it is
    /// may wish to keep us busy: nothing is taken apart.
    private static func place(of name: [UInt8], in texts: [UInt8]) -> Int? {
        unsafe texts.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var start = 0
            while start + name.count <= bytes.count {
                if unsafe memcmp(base + start, name, name.count) == 0 { return start + name.count }
                guard let end = unsafe memchr(base + start, 0, bytes.count - start) else { return nil }
                start = unsafe UnsafeRawPointer(end) - base + 1
            }
            return nil
        }
    }

    /// A number that changes when the machine starts anew (random(4), boot_id); nil if it cannot be read.
    public static var bootIdentifier: [UInt8]? {
        contents(of: "/proc/sys/kernel/random/boot_id", limit: 64)?.filter { $0 != UInt8(ascii: "\n") }
    }

    /// The absolute form of a path, without links (realpath(3)).
    public static func absolutePath(_ path: String) throws(SystemError) -> String {
        guard let text = unsafe realpath(path, nil) else { throw .last("realpath") }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// Whether we may execute the file at `path` (access(2)).
    public static func mayExecute(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0
    }

    /// All of our environment.
    public static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe limpet_environment()
        while let pointer = unsafe entry?.pointee {
            let line = unsafe String(cString: pointer)
            if let sign = line.firstIndex(of: "=") {
                variables[String(line[..<sign])] = String(line[line.index(after: sign)...])
            }
            unsafe entry = entry?.successor()
        }
        return variables
    }

    /// The fields of a process's status, from the third one on (proc_pid_stat(5)).
    private static func status(of identifier: Int32) -> [ArraySlice<UInt8>]? {
        // The name, the second field, may hold anything: it ends with the last bracket.
        guard let bytes = contents(of: "/proc/\(identifier)/stat", limit: 4096),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 19 ? fields : nil
    }

    private static func isEnded(_ state: ArraySlice<UInt8>) -> Bool {
        state.first == UInt8(ascii: "Z") || state.first == UInt8(ascii: "X")
    }

    private static func contents(of path: String, limit: Int) -> [UInt8]? {
        let number = unsafe limpet_open_read(path)
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(adopting: number)
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16384)
        while bytes.count < limit {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe read(descriptor.number, $0.baseAddress, $0.count)
            }
            if count < 0, limpet_errno() == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += piece.prefix(count)
        }
        return bytes
    }
}
