"""The demo office: invented people and enterprises, real processes, moved through time by ANDU_CLOCK."""
