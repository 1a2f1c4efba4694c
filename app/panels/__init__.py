"""The sections of the page 研判: each asks one question of a study and answers what n allows."""
