"""What a user can run: own postings, leak-free folds, fitting, calibration, evaluation, card."""
