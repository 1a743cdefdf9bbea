"""The ballot log (表决存证): leaves, tree, heads, proofs, the bundle."""
