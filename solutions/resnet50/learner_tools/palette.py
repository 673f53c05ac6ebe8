"""The colours and the scale of all figures."""

# Okabe and Ito's palette: told apart with any colour vision, and in grey.
_BLUE, _VERMILION, _GREEN = "#0072B2", "#D55E00", "#009E73"
# The ends and the middle of a scale that reads with any colour vision, and in grey.
_SCALE = "cividis"
