// The module HTTP1.
