"""In-memory replacements for the product's storage, clock and ids. The contract suite in
tests/integration/contract runs on each of them and on the real ones."""
