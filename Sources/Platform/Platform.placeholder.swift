// The module Platform.
