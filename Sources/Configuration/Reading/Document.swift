internal import Yams

/// The text of a file as a tree of nodes.
///
/// Anchors and aliases are refused: nested, a few of them stand for gigabytes. The library resolves them while it
/// reads, so a text that has enough of them to matter is not handed to it at all.
enum Document {
    /// The root of the one document in `text`; nil with a report if there is none.
    static func root(of text: String, context: ReadingContext) -> Node? {
        guard text.utf8.count <= ConfigurationBounds.fileBytes else {
            context.refuse(
                "the file must have at most \(SizeText.write(ConfigurationBounds.fileBytes))", at: .start)
            return nil
        }
        // The library counts a mark of byte order as a column of the first line.
        let text = text.unicodeScalars.first == "\u{feff}" ? String(text.unicodeScalars.dropFirst()) : text
        if let position = AliasScan.dangerousAnchor(in: text) {
            context.refuse(anchorsRefused, at: position)
            return nil
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                context.refuse("the file is empty", at: .start)
                return nil
            }
            // Nodes refer to their anchors weakly: the parser keeps these.
            return withExtendedLifetime(parser) { checked(root, context: context) }
        } catch {
            let (position, message) = YAMLFault.describe(error, in: text)
            context.refuse(message, at: position)
            return nil
        }
    }

    private static let anchorsRefused = "anchors (&) and aliases (*) are not supported: write the value out"

    /// The tree, if it has no anchors, no tags of its own and is not too deep; it is walked without recursion.
    private static func checked(_ root: Node, context: ReadingContext) -> Node? {
        var pending = [(node: root, depth: 1, position: SourcePosition.start)]
        var isFit = true
        while let (node, depth, parent) = pending.popLast() {
            let position = node.mark.map(SourcePosition.init) ?? parent
            if node.anchor != nil {
                context.refuse(anchorsRefused, at: position)
                isFit = false
                continue
            }
            guard depth <= ConfigurationBounds.depth else {
                context.refuse("more than \(ConfigurationBounds.depth) levels of nesting", at: position)
                return nil
            }
            let tag: Tag
            switch node {
            case .scalar(let scalar):
                tag = scalar.tag
            case .sequence(let sequence):
                tag = sequence.tag
                pending.append(contentsOf: sequence.map { ($0, depth + 1, position) })
            case .mapping(let mapping):
                tag = mapping.tag
                pending.append(
                    contentsOf: mapping.flatMap {
                        [($0.key, depth + 1, position), ($0.value, depth + 1, position)]
                    })
            case .alias(let alias):
                tag = alias.tag
            }
            if !plainTags.contains(tag.description) {
                context.refuse("tags (\(Spelling.quoted(tag.description))) are not supported", at: position)
                isFit = false
            }
        }
        return isFit ? root : nil
    }

    /// No tag, and what the library makes of it.
    private static let plainTags: Set<String> = [
        "", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
    ]
}
