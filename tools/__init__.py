"""The developers' tools: try, measure, draw and write what the project is made of."""
