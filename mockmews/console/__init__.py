"""The window: the page where a person is the front desk; it talks to the control API only."""
