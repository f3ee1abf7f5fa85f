internal import Platform
internal import Runtime

/// A client that asks again and again on one connection, and judges every answer. It connects anew, with its session,
/// only where the gateway has said that it closes.
final class BusyClient: CrowdMember {
    /// What befell it.
    struct Diary {
        /// The status of every answer, in order.
        var statuses: [Int] = []
        /// Who answered with 200, whenever it was another one than before.
        var services: [String] = []
        /// Connections that the gateway ended after it had said so.
        var farewells = 0
        /// Connections that ended before anything of an answer had come.
        var drops: [String] = []
        /// Answers that were cut off or malformed.
        var wrecks: [String] = []
        /// The longest time from a request to its whole answer.
        var longest = Duration.zero

        /// Whether every answer was 200 and no connection ended unannounced.
        var isSpotless: Bool { drops.isEmpty && wrecks.isEmpty && statuses.allSatisfy { $0 == 200 } }
    }

    /// What it asks for.
    private let path: String
    /// What it says before its first request.
    private let preface: [UInt8]
    /// How long it waits before it asks again.
    private let pause: Duration
    private(set) var diary = Diary()
    /// Asks no more once its present answer has come.
    var isRetired = false
    /// Comes again when the gateway has said farewell.
    var returns = true
    private var answer: Answer?
    private var asked = MonotonicTime.now

    init(
        of crowd: Crowd, path: String = "/", preface: [UInt8] = [], pause: Duration = .milliseconds(20),
        from source: SocketAddress? = nil
    ) {
        self.path = path
        self.preface = preface
        self.pause = pause
        super.init(of: crowd, from: source)
    }

    /// Whether it waits for an answer.
    var isWaiting: Bool { answer != nil }

    override func opened() {
        send(preface)
        ask()
    }

    override func woken() {
        isOpen ? ask() : begin()
    }

    override func received(_ bytes: [UInt8]) {
        do {
            guard try answer?.read(bytes) == true else {
                if answer == nil { throw Answer.Malformed(what: "bytes that nobody has asked for") }
                return
            }
            note()
        } catch {
            diary.wrecks.append("\(error)")
            leave()
        }
    }

    override func ended(_ ending: Ending) {
        if let answer {
            if answer.isUntouched {
                diary.drops.append("\(ending), waiting for answer \(diary.statuses.count)")
            } else {
                diary.wrecks.append("\(ending) within an answer, \(answer.rest ?? -1) bytes short")
            }
        } else {
            diary.drops.append("\(ending), after \(diary.statuses.count) answers")
        }
        answer = nil
    }

    private func ask() {
        guard answer == nil, !isRetired else { return }
        answer = Answer()
        asked = .now
        send("GET \(path) HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
    }

    private func note() {
        guard let answer else { return }
        self.answer = nil
        diary.longest = max(diary.longest, .now - asked)
        diary.statuses.append(answer.status)
        if answer.status == 200, diary.services.last != answer.servedBy {
            diary.services.append(answer.servedBy)
        }
        arrive()
        if answer.announcesClose {
            diary.farewells += 1
            leave()
            if returns { begin() }
        } else if pause == .zero {
            ask()
        } else {
            sleep(pause)
        }
    }
}
