"""The mock's face: the control API."""
