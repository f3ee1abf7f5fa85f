/// The talk with the kernel about links and addresses: everything is asked for at the beginning, and changes are taken as they
/// are told. No socket and no clock.
struct RouteDialogue {
    /// What has come of what was heard.
    struct Outcome: Equatable {
        /// The table is another one.
        var hasChanged = false
        /// Links have changed: more of that may be on its way.
        var haveLinksChanged = false
        /// All that was asked for has been told.
        var isFinished = false
        /// To be sent.
        var request: [UInt8]?
        /// Why what is known may be wrong, and this conversation is of no use any more: another one has to begin, on a new
        /// socket.
        var failure: String?
    }

    private enum Step {
        case silent, links, addresses, following
    }

    /// What is known. It stays while everything is asked for again.
    private(set) var table: InterfaceTable
    /// Whether all has been heard at least once.
    private(set) var isComplete: Bool
    private let port: UInt32
    private var step = Step.silent
    private var draft = InterfaceTable()
    private var lastSequence: UInt32
    /// The number of the question for everything.
    private var sequence: UInt32 = 0
    /// The number of the questions about single links.
    private var lookSequence: UInt32?
    private var isInterrupted = false
    private var repetitions = 0

    /// A conversation on the socket of that number, which goes on from what an earlier one has found.
    init(port: UInt32, after earlier: RouteDialogue? = nil) {
        self.port = port
        table = earlier?.table ?? InterfaceTable()
        isComplete = earlier?.isComplete ?? false
        lastSequence = earlier?.lastSequence ?? 0
    }

    /// Whether everything is being asked for.
    var isAsking: Bool { step == .links || step == .addresses }

    /// Asks for everything. To be sent only while nothing is being asked for: the kernel answers one question at a time.
    mutating func begin() -> [UInt8] {
        draft = InterfaceTable()
        isInterrupted = false
        step = .links
        return ask(.links)
    }

    /// Asks for the present state of single links, beside whatever else is being asked for.
    mutating func look(at links: [UInt32]) -> [UInt8] {
        // In one datagram, and with one number: which answer is to which does not matter.
        let number = nextSequence()
        lookSequence = number
        return links.flatMap { RouteRequest.link($0).bytes(sequence: number) }
    }

    /// Takes note of what was heard.
    mutating func receive(_ messages: [RouteMessage]) -> Outcome {
        var outcome = Outcome()
        for message in messages {
            if !isAnswer(message) || isAnswerToLook(message) {
                if message.content == .overrun { outcome.failure = "messages were lost" }
                note(message.content, &outcome)
            } else if isAsking, message.sequence == sequence {
                take(message, &outcome)
            }
            if outcome.failure != nil { break }
        }
        return outcome
    }

    /// Answers bear our number; notifications bear that of whoever has changed something, which we never do.
    private func isAnswer(_ message: RouteMessage) -> Bool {
        message.port == port && port != 0
    }

    /// Such as a notification would be. That a link has gone meanwhile, a notification tells, too.
    private func isAnswerToLook(_ message: RouteMessage) -> Bool {
        guard message.sequence == lookSequence, case .link = message.content else { return false }
        return true
    }

    private mutating func note(_ content: RouteMessage.Content, _ outcome: inout Outcome) {
        draft.apply(content)
        guard table.apply(content) else { return }
        outcome.hasChanged = true
        switch content {
        case .link, .linkGone: outcome.haveLinksChanged = true
        default: break
        }
    }

    private mutating func take(_ message: RouteMessage, _ outcome: inout Outcome) {
        isInterrupted = isInterrupted || message.isInterrupted
        switch message.content {
        case .link, .address: draft.apply(message.content)
        case .done(0): finishStep(&outcome)
        case .done(let number), .refused(let number):
            if number != 0 { outcome.failure = "the kernel answers with error \(number)" }
        case .overrun: outcome.failure = "messages were lost"
        case .linkGone, .addressGone, .other: break
        }
    }

    private mutating func finishStep(_ outcome: inout Outcome) {
        if step == .links {
            step = .addresses
            outcome.request = ask(.addresses)
            return
        }
        if isInterrupted, repetitions < InterfaceLimits.repetitions {
            repetitions += 1
            outcome.request = begin()
            return
        }
        repetitions = 0
        step = .following
        outcome.hasChanged = outcome.hasChanged || table != draft || !isComplete
        table = draft
        draft = InterfaceTable()
        isComplete = true
        outcome.isFinished = true
    }

    private mutating func ask(_ request: RouteRequest) -> [UInt8] {
        sequence = nextSequence()
        return request.bytes(sequence: sequence)
    }

    /// A number that no question of before has.
    private mutating func nextSequence() -> UInt32 {
        lastSequence = lastSequence == .max ? 1 : lastSequence + 1
        return lastSequence
    }
}
