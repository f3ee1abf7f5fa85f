// The module Demonstration.
