"""The model card that is written with each model (Mitchell et al. 2019)."""

from tpmclassify.pages.model_text import describe
from tpmclassify.pages.templating import environment
from tpmclassify.scoring.models import Model


def model_card(model: Model) -> str:
    """Write the card of a model."""
    description = "\n".join(f"    {line}" for line in describe(model).splitlines())
    card = "shipped_card.md" if "n_employers" in model.card else "own_card.md"
    return environment().get_template(card).render(description=description) + "\n"
