"""Virtual candidates and observers that use only the public protocol: for the demo, the tests and load."""
