// The module Proxy.
