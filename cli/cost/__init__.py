"""What jobs cost, what idling costs, and what many trips a day would."""
