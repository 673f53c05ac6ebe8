"""Reports in the forms that other desks read. What a learner may not see is in none of them."""
