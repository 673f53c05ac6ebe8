"""What `grade_beside_others.py` is made of: the class, the graders, the clock and the figures."""
