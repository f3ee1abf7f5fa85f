/// Who holds connections and hears what becomes of them.
protocol LoadOwner: AnyObject {
    /// The handshake is over.
    func established(_ connection: LoadConnection)
    /// A good answer has come.
    func answered(_ connection: LoadConnection)
    /// The connection failed, or the answer is not what was asked for. It is closed already.
    func failed(_ connection: LoadConnection)
}
