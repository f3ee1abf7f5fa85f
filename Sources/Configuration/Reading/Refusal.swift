/// Why a text is not the value that a key wants.
enum Refusal: Error, Equatable {
    /// What the value must be, to be read after the key's name: `be true or false`.
    case must(String)
    /// The same, with what most likely was meant.
    case mustBeOneOf([String], suggestion: String?)
    /// A sentence of its own.
    case sentence(String)

    /// The whole sentence about a value: whose it is and what was found.
    func sentence(subject: String, found: String) -> String {
        switch self {
        case .must(let condition):
            return "\(subject) must \(condition), not \(Spelling.quoted(found))"
        case .mustBeOneOf(let words, let suggestion):
            let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
            return "\(subject) must be \(Spelling.alternatives(words)), not \(Spelling.quoted(found))\(hint)"
        case .sentence(let sentence):
            return sentence
        }
    }
}
