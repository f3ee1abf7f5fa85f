public import Platform
public import StatusFrames

/// What an instance says of itself where no node manager answers for it.
extension StatusMachine {
    /// The instance may speak for itself from now on. Until it does, the probes decide alone.
    public mutating func hearItself() {
        guard supervision?.isOwnWord != true else { return }
        supervision = Supervision(isOwnWord: true)
    }

    /// The instance says something (sd_notify(3)). Hearing the same twice changes nothing.
    ///
    /// Once it has said that it stops, or its watchdog was silent, no probe makes it running before it has said that it is
    /// ready. A reload of its own changes nothing: it goes on serving.
    public mutating func note(_ word: ServiceWord, at now: MonotonicTime) {
        guard supervision?.isOwnWord == true else { return }
        if word.isReady || word.feedsWatchdog { noteLife(isReady: word.isReady, at: now) }
        if word.isStopping {
            supervision?.hasProcess = false
            note(.exited(.stopping), at: now)
        }
        if word.triggersWatchdog { noteOwnSilence(at: now) }
    }

    /// The instance has not fed its watchdog in time, or has found out itself that it hangs.
    public mutating func noteOwnSilence(at now: MonotonicTime) {
        guard supervision?.isOwnWord == true else { return }
        supervision?.hasProcess = false
        supervision?.isSilent = true
        note(.watchdogSilent, at: now)
    }

    /// It lives. After it has said that it stops only another READY=1 counts; after silence any sign of life does.
    private mutating func noteLife(isReady: Bool, at now: MonotonicTime) {
        guard let known = supervision, !known.hasProcess, isReady || known.isSilent else { return }
        supervision?.hasProcess = true
        supervision?.isSilent = false
        note(.started(announcesReadiness: false), at: now)
    }
}
