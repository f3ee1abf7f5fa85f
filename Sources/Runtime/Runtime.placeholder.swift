// The module Runtime.
