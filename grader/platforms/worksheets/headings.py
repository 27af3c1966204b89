"""Columns by their headings, in the languages in which platforms write them, and cells by what they say."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.model.identity import normal_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# English and German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Polish, Czech,
# Russian, Japanese, Chinese, as Moodle's and Blackboard's language packs have them, from memory where no table was seen.
HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "id": frozenset(
        {
            "id", "student id", "student_id", "studentid", "student number", "student no", "sid", "sis id", "sis user id", "id number",
            "idnumber", "university id", "matriculation number", "orgdefinedid", "org defined id", "integration id", "roster_identifier",
            "matrikelnummer", "matrikelnr", "matrikel-nr.", "id-nummer", "numéro d'identification", "numéro d’étudiant", "numéro d'étudiant",
            "número de id", "número de identificación", "matrícula", "matricola", "codice identificativo", "número de identificação",
            "studentnummer", "id-nummer (student)", "opiskelijanumero", "numer albumu", "numer identyfikacyjny", "identifikační číslo",
            "индивидуальный номер", "学籍番号", "idナンバー", "学号", "id号",
        }
    ),
    "login": frozenset(
        {
            "username", "user name", "login", "login id", "sis login id", "user id", "userid", "netid", "github_username", "benutzername",
            "anmeldename", "nom d'utilisateur", "nom d’utilisateur", "identifiant", "nombre de usuario", "nome utente", "nome de utilizador",
            "nome de usuário", "gebruikersnaam", "användarnamn", "brugernavn", "brukernavn", "käyttäjätunnus", "nazwa użytkownika",
            "uživatelské jméno", "логин", "ユーザ名", "用户名",
        }
    ),
    "email": frozenset(
        {
            "email", "e-mail", "mail", "email address", "e-mail address", "e-mail-adresse", "mailadresse", "adresse de courriel", "courriel",
            "adresse e-mail", "dirección de correo", "dirección email", "correo electrónico", "indirizzo email", "endereço de e-mail",
            "endereço de email", "e-mailadres", "e-postadress", "e-post", "mailadresse (e-mail)", "e-postadresse", "sähköposti",
            "sähköpostiosoite", "adres e-mail", "e-mailová adresa", "адрес электронной почты", "メールアドレス", "电子邮件地址", "邮箱",
        }
    ),
    "name": frozenset(
        {
            "name", "full name", "fullname", "student", "student name", "display name", "vollständiger name", "nom complet", "nombre completo",
            "nome completo", "volledige naam", "naam", "namn", "fullständigt namn", "fulde navn", "fullt navn", "navn", "koko nimi", "nimi",
            "pełna nazwa", "imię i nazwisko", "celé jméno", "полное имя", "фио", "氏名", "姓名", "全名",
        }
    ),
    "first": frozenset(
        {
            "first name", "firstname", "first", "given name", "vorname", "prénom", "nombre", "nome", "nome próprio", "voornaam", "förnamn",
            "fornavn", "etunimi", "imię", "křestní jméno", "jméno", "имя", "名", "名字",
        }
    ),
    "last": frozenset(
        {
            "last name", "lastname", "last", "surname", "family name", "nachname", "familienname", "nom", "nom de famille", "apellido(s)",
            "apellidos", "apellido", "cognome", "apelido", "sobrenome", "achternaam", "efternamn", "efternavn", "etternavn", "sukunimi",
            "nazwisko", "příjmení", "фамилия", "姓",
        }
    ),
    "section": frozenset(
        {"section", "sections", "section_name", "course section", "gruppe/section", "klasse", "sektion", "sección", "sezione"}
    ),
    "group": frozenset({"group", "groups", "team", "gruppe", "gruppen", "groupe", "grupo", "gruppo", "groep", "grupp"}),
}  # fmt: skip
_WRAPPED: Final = re.compile(r'="(.*)"', re.DOTALL)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)*")


def folded(heading: str) -> str:
    """Return a heading so that spellings compare: small letters, single blanks, no colon at its end."""
    return normal_id(heading).casefold().rstrip(":").rstrip()


def columns_of(headings: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of the columns that name a student, by what they say of them."""
    places: dict[str, list[int]] = {kind: [] for kind in HEADINGS}
    for place, heading in enumerate(headings):
        for kind, names in HEADINGS.items():
            if folded(heading) in names:
                places[kind].append(place)
    return places


def words(cell: str) -> str:
    """Return what a cell says, without the `="..."` by which spreadsheets are kept from calculating."""
    wrapped = _WRAPPED.fullmatch(cell.strip())
    return wrapped[1].replace('""', '"') if wrapped else cell


def identity(cell: str) -> str:
    """Return an id in its one form; a zero at its beginning stays."""
    return normal_id(words(cell))


def amount(cell: str) -> Fraction | None:
    """Return a number; the last point or comma is the decimal one. None where there is none."""
    text = cell.strip()
    if not _NUMBER.fullmatch(text):
        return None
    *whole, last = re.split("[.,]", text)
    return Fraction(f"{''.join(whole)}.{last}" if whole else last)


def has_decimal_commas(cells: Sequence[str], *, delimiter: str) -> bool:
    """Say whether numbers are written with decimal commas.

    Where none tells, semicolons do: spreadsheets put them between cells where commas are decimal, and take `7.5` for a day.
    """
    marks = [cell.strip() for cell in cells if amount(cell) is not None]
    commas, points = (any(mark in cell for cell in marks) for mark in ",.")
    return commas > points or (delimiter == ";" and commas == points)
