internal import Platform

/// What the connections of a run ask for.
struct LoadPlan {
    /// Where they connect to.
    let address: SocketAddress
    /// The server name.
    let serverName: String
    /// The request.
    let request: [UInt8]
    /// The length of a good answer's body.
    let bytes: Int

    init(address: SocketAddress, serverName: String, path: String, bytes: Int) {
        self.address = address
        self.serverName = serverName
        self.bytes = bytes
        request = Array("GET \(path) HTTP/1.1\r\nHost: \(serverName)\r\nUser-Agent: limpet-load\r\n\r\n".utf8)
    }
}
