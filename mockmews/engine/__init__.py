"""The verbs: what the fake does. Plain functions on the loop's thread; waiting lives in few modules."""
