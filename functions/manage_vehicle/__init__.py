"""The vehicles as the studio sees them: sets, uploads, badges, decisions and recalls."""
