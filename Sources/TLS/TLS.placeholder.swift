// The module TLS.
