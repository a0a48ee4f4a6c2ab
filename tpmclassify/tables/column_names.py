"""Usual names of columns, in English, German, French, Spanish, Portuguese, Italian and Dutch."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST_NAME = 40


@dataclass(frozen=True)
class Use:
    """What a column is used for."""

    option: str  # that names the column
    what: str  # it holds
    # In tiers: where columns have names of several, those of the first count. All are in the form
    # that `usual_form` gives: small letters without accents, words joined by underscores.
    names: tuple[tuple[str, ...], ...]


def _tiers(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tier.split()) for tier in names)


TEXT = Use(
    "--text (text=)",
    "the text of the postings",
    _tiers(
        """description job_description text jobdescription job_text posting job_posting
        posting_text full_description description_text body content job_description_text
        posting_description full_text posting_body job_details job_desc desc jd
        job_posting_text job_ad ad_text role_description position_description
        vacancy_description job_posting_description stellenbeschreibung stellentext
        anzeigentext beschreibung jobbeschreibung stellenausschreibung ausschreibungstext
        description_du_poste descriptif description_de_l_offre descriptif_du_poste texte
        descripcion texto descripcion_del_puesto descripcion_del_empleo
        descripcion_de_la_oferta descricao descricao_da_vaga descricao_do_cargo descrizione
        testo descrizione_del_lavoro descrizione_annuncio omschrijving beschrijving tekst
        functieomschrijving functiebeschrijving vacaturetekst""",
        # The same in another form, which stands beside it as often as not.
        "description_plain description_clean cleaned_description raw_text job_description_raw",
        "description_html job_description_html",
        # Parts of a posting: where there are several, they have to be given together.
        """responsibilities job_responsibilities key_responsibilities duties about_job
        roles_responsibilities roles_and_responsibilities job_duties essential_functions
        about_the_job summary job_summary requirements job_requirements qualifications
        minimum_qualifications preferred_qualifications basic_qualifications role_summary
        position_summary role_overview job_overview what_you_ll_do aufgaben anforderungen
        missions funciones responsabilidades mansioni taken""",
    ),
)
TITLE = Use(
    "--title (title=)",
    "their titles",
    _tiers(
        """title job_title jobtitle position_title job_name posting_title""",
        """business_title designation role_title position stellenbezeichnung stellentitel
        jobtitel titel titre intitule intitule_du_poste titre_du_poste poste titulo puesto
        titulo_del_puesto cargo titulo_da_vaga vaga titolo titolo_annuncio posizione
        functietitel functie functienaam vacature""",
    ),
)
EMPLOYER = Use(
    "--employer (employer=)",
    "their employers",
    _tiers(
        """employer company company_name employer_name organization organisation""",
        """hiring_organization agency arbeitgeber firma unternehmen employeur entreprise
        societe empresa empleador compania empregador azienda datore_di_lavoro societa
        werkgever bedrijf organisatie""",
    ),
)
LABEL = Use("--label", "the labels", _tiers("label role class decision"))


def usual_columns(names: Sequence[str], use: Use) -> list[str]:
    """List the columns that have a usual name of the first tier of which any has one."""
    for tier in use.names:
        if found := [name for name in names if usual_form(name) in tier]:
            return found
    # Fields of a nested object have its name before their own.
    leaves = {name: name.rpartition(".")[2] for name in names if "." in name}
    found = usual_columns(list(leaves.values()), use) if leaves else []
    return [name for name, leaf in leaves.items() if leaf in found]


def names_postings(names: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a row of names has a usual one for postings, or one that the user named."""
    return bool(usual_columns(names, TEXT)) or not set(names).isdisjoint(wanted)


def usual_form(name: str) -> str:
    """Write a name as the usual ones are written."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", "_", unicodedata.normalize("NFKD", name))
    plain = "".join(c for c in words.lower() if unicodedata.category(c) not in ("Mn", "Cf"))
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def shown_name(name: str) -> str:
    """Write a name for a message; what is longer may be a posting, whose text stands in none."""
    return repr(name) if len(name) <= _LONGEST_NAME else f"one of {len(name)} characters"
