// The module Affinity.
