extension UInt8 {
    /// The byte in lower case, if it is an ASCII letter: names of hosts do not tell the cases apart (RFC 4343).
    var lowerCased: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
