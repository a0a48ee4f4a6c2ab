"""How models come to be: data sets, leak-free folds, the recipe, evaluation. Needs scikit-learn."""
