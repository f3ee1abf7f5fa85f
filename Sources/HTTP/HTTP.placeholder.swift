// The module HTTP.
