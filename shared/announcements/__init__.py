"""What we tell others about posters: messages, their outbox, when they are tried again."""
