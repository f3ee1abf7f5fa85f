internal import Platform

/// The links and addresses that there are, as far as has been heard.
struct InterfaceTable: Equatable {
    /// What tells one address from another: the same may lie on several links.
    private struct AddressKey: Hashable {
        let link: UInt32
        let address: IPAddress
    }

    private var linksByIndex: [UInt32: Link] = [:]
    private var addressesByKey: [AddressKey: LinkAddress] = [:]
    /// There are more than are kept.
    private(set) var isFull = false

    /// The links, by their numbers.
    var links: [Link] { linksByIndex.values.sorted { $0.index < $1.index } }

    /// The addresses of links that are known, in a fixed order.
    var addresses: [LinkAddress] {
        addressesByKey.values.filter { linksByIndex[$0.link] != nil }.sorted(by: Self.precedes)
    }

    func link(_ index: UInt32) -> Link? { linksByIndex[index] }

    /// Takes note of a message, and answers whether that has changed anything; others than those about links and addresses do
    /// not.
    @discardableResult
    mutating func apply(_ content: RouteMessage.Content) -> Bool {
        switch content {
        case .link(let link):
            guard linksByIndex[link.index] != nil || linksByIndex.count < InterfaceLimits.links else {
                isFull = true
                return false
            }
            return linksByIndex.updateValue(link, forKey: link.index) != link
        case .linkGone(let index):
            guard linksByIndex.removeValue(forKey: index) != nil else { return false }
            addressesByKey = addressesByKey.filter { $0.key.link != index }
            return true
        case .address(let address):
            let key = AddressKey(link: address.link, address: address.address)
            guard addressesByKey[key] != nil || addressesByKey.count < InterfaceLimits.addresses else {
                isFull = true
                return false
            }
            return addressesByKey.updateValue(address, forKey: key) != address
        case .addressGone(let address):
            let key = AddressKey(link: address.link, address: address.address)
            return addressesByKey.removeValue(forKey: key) != nil
        case .done, .refused, .overrun, .other: return false
        }
    }

    private static func precedes(_ left: LinkAddress, _ right: LinkAddress) -> Bool {
        if left.link != right.link { return left.link < right.link }
        let (first, second) = (left.address, right.address)
        if first.isIPv4 != second.isIPv4 { return first.isIPv4 }
        return first.high != second.high ? first.high < second.high : first.low < second.low
    }
}
