"""The recruiter's local page: one posting or many, decided with the reasons in view."""
