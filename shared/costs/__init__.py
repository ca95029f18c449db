"""What jobs have cost, by their records: amounts, and list prices of a day."""
