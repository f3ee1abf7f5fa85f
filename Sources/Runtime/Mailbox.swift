public import Platform

/// The only door into a loop's thread: any thread posts, the loop hears in order. Bounded.
///
/// What may be lost when a box is full is posted. What must be heard is ordered: each order takes the place of those that
/// it makes needless, so that few can wait, whatever else fills the box.
public final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Lock<[Message]>([])
    private let wakeup: Wakeup
    private let limit: Int

    /// An empty mailbox that holds at most `limit` messages.
    public init(limit: Int = 4096) throws(SystemError) {
        wakeup = try Wakeup()
        self.limit = limit
    }

    /// Leaves `message` for the loop's thread. False if the box is full: the message was not taken.
    @discardableResult
    public func post(_ message: Message) -> Bool {
        let (accepted, isFirst) = messages.withLock { messages in
            guard messages.count < limit else { return (false, false) }
            messages.append(message)
            return (true, messages.count == 1)
        }
        if isFirst { wakeup.ring() }
        return accepted
    }

    /// Leaves `message` for certain, even in a full box, and takes out those that need not be heard any more once it is
    /// there. The caller sees to it that only so many can wait: a state whose newest counts, a word that is said once.
    public func order(_ message: Message, insteadOf isNeedless: (Message) -> Bool = { _ in false }) {
        messages.withLock { messages in
            messages.removeAll(where: isNeedless)
            messages.append(message)
        }
        wakeup.ring()
    }

    /// Empties the box by hand, on the receiving thread.
    public func drain() -> [Message] {
        wakeup.silence()
        return messages.withLock { messages in
            var taken: [Message] = []
            swap(&taken, &messages)
            return taken
        }
    }

    /// Puts back, in front of what has come since, what the receiver took but did not hear.
    fileprivate func putBack(_ rest: ArraySlice<Message>) {
        messages.withLock { $0.insert(contentsOf: rest, at: 0) }
        wakeup.ring()
    }

    /// Calls `receive` on the thread of `loop` with each message, until the returned handler is detached; what comes then
    /// stays in the box.
    public func attach(to loop: EventLoop, _ receive: @escaping (Message) -> Void) throws(SystemError)
        -> EventHandler
    {
        let receiver = MailboxReceiver(self, receive)
        try loop.attachLevelTriggered(receiver, descriptor: wakeup.number)
        return receiver
    }
}

/// The loop's side of a mailbox.
private final class MailboxReceiver<Message: Sendable>: EventHandler {
    private let mailbox: Mailbox<Message>
    private let receive: (Message) -> Void

    init(_ mailbox: Mailbox<Message>, _ receive: @escaping (Message) -> Void) {
        self.mailbox = mailbox
        self.receive = receive
    }

    override func ready(_ readiness: Readiness) {
        let messages = mailbox.drain()
        for index in messages.indices {
            guard isAttached else { return mailbox.putBack(messages[index...]) }
            receive(messages[index])
        }
    }
}
