"""How the kit starts any app, speaks to it as its guests, and hears what it shows them: the app file."""
