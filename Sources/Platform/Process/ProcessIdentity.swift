internal import CLinux

/// Whom a program runs as: a user, a group, and further groups.
public struct ProcessIdentity: Hashable, Sendable {
    /// The number of the user.
    public let user: UInt32
    /// The number of the group.
    public let group: UInt32
    /// The numbers of all further groups.
    public let groups: [UInt32]
    /// The user's home directory and name, for its environment; nil for a user without an entry.
    public let home: String?
    /// The name of the user; nil for one without an entry.
    public let name: String?

    private static let groupLimit = 256

    /// Looks up names in the system's databases (passwd(5), group(5)).
    ///
    /// - Parameters:
    ///   - user: a name; nil: the user that we are.
    ///   - group: a name; nil: the group of the user.
    /// - Throws: ESRCH for a name that nobody bears.
    public init(user: String?, group: String?) throws(SystemError) {
        var entry: UnsafeMutablePointer<passwd>?
        if let user {
            unsafe entry = unsafe getpwnam(user)
            guard unsafe entry != nil else { throw SystemError("user", number: ESRCH) }
        } else {
            unsafe entry = unsafe getpwuid(geteuid())
        }
        self.user = unsafe entry?.pointee.pw_uid ?? geteuid()
        home = unsafe entry?.pointee.pw_dir.map { unsafe String(cString: $0) }
        name = unsafe entry?.pointee.pw_name.map { unsafe String(cString: $0) }
        let own = unsafe entry?.pointee.pw_gid ?? getegid()
        if let group {
            guard let found = unsafe getgrnam(group) else { throw SystemError("group", number: ESRCH) }
            self.group = unsafe found.pointee.gr_gid
        } else {
            self.group = own
        }
        groups = Self.furtherGroups(of: name, self.group)
    }

    /// Whether this is whom we run as already.
    public var isOurs: Bool { user == geteuid() && group == getegid() }

    /// Who we are: the number of our user.
    public static var ourUser: UInt32 { geteuid() }

    private static func furtherGroups(of name: String?, _ group: UInt32) -> [UInt32] {
        guard let name else { return [group] }
        var groups = [gid_t](repeating: 0, count: groupLimit)
        var count = Int32(groupLimit)
        guard unsafe getgrouplist(name, group, &groups, &count) >= 0 else { return [group] }
        return Array(groups.prefix(Int(count)))
    }
}
