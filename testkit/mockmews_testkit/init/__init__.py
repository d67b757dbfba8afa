"""`mockmews init`: writes a commented app file, a hotel's file, one scenario and one pytest file."""
