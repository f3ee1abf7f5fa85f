/// First in, first out.
struct Queue<Element> {
    private var elements: [Element] = []
    private var start = 0

    var isEmpty: Bool { start == elements.count }
    var count: Int { elements.count - start }

    /// Puts one at the end.
    mutating func append(_ element: Element) {
        // The taken ones go when they are half of all: each element is moved once on the average.
        if start > 32, start * 2 >= elements.count {
            elements.removeFirst(start)
            start = 0
        }
        elements.append(element)
    }

    /// Takes the first; nil if there is none.
    mutating func takeFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer { start += 1 }
        return elements[start]
    }

    /// Lets go of all that fit.
    mutating func removeAll(where fits: (Element) -> Bool) {
        elements.removeFirst(start)
        start = 0
        elements.removeAll(where: fits)
    }
}
