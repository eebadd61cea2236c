"""The eight accounts of the demonstration: invented persons, one password."""

from dataclasses import dataclass

from partners.enums import Civility, Role

PASSWORD = "demonstration"  # noqa: S105, told to everybody
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Account:
    login: str
    civility: str
    first_name: str
    last_name: str
    title: str
    role: Role
    organisation: str  # key of dunkerque.ORGANISATIONS
    side: str = ""
    seat: str = ""
    communes: tuple = ()

    @property
    def email(self):
        return f"{self.login}@{DOMAIN}"


MME, M = Civility.MADAME, Civility.MONSIEUR

ACCOUNTS = (
    Account("pilote", MME, "Claire", "Vandewalle", "Cheffe de projet Cité éducative", Role.LEAD, "cud"),
    Account("finances", M, "Bruno", "Carlier", "Responsable financier", Role.FINANCE, "cud"),
    Account(
        "prefecture",
        MME,
        "Hélène",
        "Decoster",
        "Déléguée du préfet",
        Role.PILOT,
        "state",
        "state",
        "Déléguée du préfet",
    ),
    Account(
        "education",
        M,
        "Karim",
        "Bensaïd",
        "Principal chef de file",
        Role.PILOT,
        "academy",
        "education",
        "Principal chef de file",
    ),
    Account(
        "elu",
        M,
        "Yves",
        "Caron",
        "Adjoint à l’éducation, Dunkerque",
        Role.PILOT,
        "ville_dk",
        "communes",
        "Ville de Dunkerque",
    ),
    Account(
        "referent",
        M,
        "Thomas",
        "Lemaire",
        "Référent de Grande-Synthe",
        Role.REFERENT,
        "ville_gs",
        communes=("Grande-Synthe",),
    ),
    Account("porteur", MME, "Nadège", "Prévost", "Directrice des Mots Passeurs", Role.HOLDER, "mots"),
    Account("partenaire", M, "Luc", "Devos", "Directeur d’un centre social", Role.PARTNER, "centre"),
)

# Members of the Troïka without an account, as most persons are.
OTHERS = (
    Account(
        "",
        MME,
        "Agnès",
        "Roussel",
        "Coordonnatrice de l’éducation prioritaire",
        Role.PILOT,
        "academy",
        "education",
        "Coordination de l’éducation prioritaire",
    ),
    Account(
        "",
        MME,
        "Samia",
        "Lounès",
        "Adjointe à l’éducation, Grande-Synthe",
        Role.PILOT,
        "ville_gs",
        "communes",
        "Ville de Grande-Synthe",
    ),
    Account(
        "",
        M,
        "Paul",
        "Hennebelle",
        "Adjoint à la jeunesse, Coudekerque-Branche",
        Role.PILOT,
        "ville_cb",
        "communes",
        "Ville de Coudekerque-Branche",
    ),
    Account(
        "",
        MME,
        "Sophie",
        "Duriez",
        "Vice-présidente à la politique de la ville",
        Role.PILOT,
        "cud",
        "intercommunality",
        "Communauté urbaine",
    ),
)
