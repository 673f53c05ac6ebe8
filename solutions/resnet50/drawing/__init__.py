"""Pictures of hands, drawn: from a skeleton to what a camera would have made of it."""
