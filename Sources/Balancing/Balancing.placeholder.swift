// The module Balancing.
