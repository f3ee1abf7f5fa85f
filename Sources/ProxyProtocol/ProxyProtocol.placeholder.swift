// The module ProxyProtocol.
