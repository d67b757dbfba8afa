"""`mockmews doctor`: tries an app file step by step, and says at each obstacle what to change."""
