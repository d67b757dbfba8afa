"""The sample guest app: a small chat between a hotel's guests and its front desk, by way of Mews."""
