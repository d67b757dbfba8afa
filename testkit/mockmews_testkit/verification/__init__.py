"""`mockmews verify`: the contract's vectors, played against any platform address."""
