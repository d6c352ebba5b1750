"""What is wrong with a rubric file, where, and how to mend it: for those who write their own competencies."""
