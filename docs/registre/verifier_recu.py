#!/usr/bin/env python3
"""Vérifie un reçu « bareme-recu/1 » sans Barème : bibliothèque standard seule.

    python3 verifier_recu.py RECU.json JOURNAL.pub [--json]

Écrit d'après docs/registre.md, sans rien reprendre du programme qu'il contrôle. Code de sortie : 0 le
reçu tient, 1 il ne tient pas (le premier maillon en défaut est dit), 2 usage.
"""

import base64
import binascii
import hashlib
import json
import sys

FORMAT = "bareme-recu/1"
RESULTAT = "=resultat"


class Refus(Exception):
    def __init__(self, maillon, motif):
        super().__init__(motif)
        self.maillon = maillon


# Ed25519, RFC 8032 section 5.1.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
RACINE_DE_MOINS_UN = pow(2, (P - 1) // 4, P)


def ajoute(a, b):
    """Additionne deux points en coordonnées étendues (X, Y, Z, T)."""
    u = (a[1] - a[0]) * (b[1] - b[0]) % P
    v = (a[1] + a[0]) * (b[1] + b[0]) % P
    c = 2 * a[3] * b[3] * D % P
    d = 2 * a[2] * b[2] % P
    e, f, g, h = v - u, d - c, d + c, v + u
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiplie(n, point):
    somme = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            somme = ajoute(somme, point)
        point = ajoute(point, point)
        n >>= 1
    return somme


def egaux(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def abscisse(y, signe):
    if y >= P:
        return None
    carre = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if carre == 0:
        return None if signe else 0
    x = pow(carre, (P + 3) // 8, P)
    if (x * x - carre) % P:
        x = x * RACINE_DE_MOINS_UN % P
    if (x * x - carre) % P:
        return None
    return P - x if (x & 1) != signe else x


def point(octets):
    y = int.from_bytes(octets, "little")
    signe, y = y >> 255, y & ((1 << 255) - 1)
    x = abscisse(y, signe)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = abscisse(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_valable(cle, message, signature):
    a, r = point(cle), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + cle + message).digest(), "little") % L
    return egaux(multiplie(s, BASE), ajoute(r, multiplie(h, a)))


def sha256(*parties):
    return hashlib.sha256(b"".join(parties)).digest()


def base64_strict(texte, longueur, maillon, motif):
    try:
        octets = base64.b64decode(texte, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise Refus(maillon, motif)
    if longueur is not None and len(octets) != longueur:
        raise Refus(maillon, motif)
    return octets


def empreinte(texte):
    return base64_strict(texte, 32, "forme", "une empreinte n'est pas de 32 octets en base64")


def sans_double(paires):
    objet = dict(paires)
    if len(objet) != len(paires):
        raise ValueError("une clé est écrite deux fois")
    return objet


def json_de(texte):
    try:
        return json.loads(texte, object_pairs_hook=sans_double)
    except ValueError:
        raise Refus("forme", "ce n'est pas du JSON")


def cles(objet, attendues, facultatives=()):
    """Refuse un objet qui n'a pas exactement ces clés."""
    if not isinstance(objet, dict):
        raise Refus("forme", "un objet est attendu")
    if not set(attendues) <= set(objet) <= set(attendues) | set(facultatives):
        raise Refus("forme", "un objet n'a pas les clés attendues")
    return objet


def ordonne(valeur):
    """Range les clés comme la RFC 8785 : par unités UTF-16."""
    if isinstance(valeur, dict):
        rangees = sorted(valeur, key=lambda cle: cle.encode("utf-16-be"))
        return {cle: ordonne(valeur[cle]) for cle in rangees}
    if isinstance(valeur, list):
        return [ordonne(element) for element in valeur]
    if isinstance(valeur, float):
        raise Refus("forme", "un nombre à virgule n'a pas de forme canonique ici")
    return valeur


def canonique(valeur):
    texte = json.dumps(ordonne(valeur), ensure_ascii=False, separators=(",", ":"))
    return texte.encode("utf-8")


# L'arbre (RFC 6962) et le point de contrôle (C2SP).


def mene_a(place, taille, racine):
    """Dit si un texte, par son chemin, mène à la racine d'un arbre de cette taille (RFC 9162, 2.1.3.2)."""
    cles(place, ("index", "preuve", "texte"))
    index, chemin = place["index"], [empreinte(one) for one in place["preuve"]]
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < taille:
        return False
    position, derniere = index, taille - 1
    hache = sha256(b"\x00", place["texte"].encode("utf-8"))
    for voisine in chemin:
        if derniere == 0:
            return False
        if position & 1 or position == derniere:
            hache = sha256(b"\x01", voisine, hache)
            while not position & 1 and position:
                position >>= 1
                derniere >>= 1
        else:
            hache = sha256(b"\x01", hache, voisine)
        position >>= 1
        derniere >>= 1
    return derniere == 0 and hache == racine


def cle_publique(texte):
    """Lit « nom+empreinte+clé » ; rend (nom, identifiant, 32 octets)."""
    morceaux = texte.strip().split("+", 2)
    if len(morceaux) != 3:
        raise ValueError("ce n'est pas une clé publique")
    nom, identifiant, codee = morceaux
    octets = base64.b64decode(codee, validate=True)
    attendu = sha256(nom.encode("utf-8"), b"\n", octets)[:4]
    if len(octets) != 33 or octets[0] != 1 or bytes.fromhex(identifiant) != attendu:
        raise ValueError("ce n'est pas une clé publique")
    return nom, attendu, octets[1:]


def ouvre(note, cle):
    """Vérifie la signature du journal ; rend (taille, racine)."""
    nom, identifiant, publique = cle
    refus = lambda motif: Refus("point_de_controle", motif)
    if not isinstance(note, str) or "\n\n" not in note or not note.endswith("\n"):
        raise refus("le point de contrôle ne se lit pas")
    coupe = note.rindex("\n\n")
    texte, signatures = note[: coupe + 1], note[coupe + 2 :].splitlines()
    signee = False
    for ligne in signatures:
        if not ligne.startswith("— ") or ligne.count(" ") != 2:
            raise refus("une signature ne se lit pas")
        _, qui, codee = ligne.split(" ")
        octets = base64_strict(codee, None, "point_de_controle", "une signature ne se lit pas")
        if qui == nom and octets[:4] == identifiant:
            signee = signature_valable(publique, texte.encode("utf-8"), octets[4:])
            if not signee:
                break
    if not signee:
        raise refus("le journal n'a pas signé ce point de contrôle")
    lignes = texte.split("\n")
    if len(lignes) < 4 or not lignes[1].isdecimal() or str(int(lignes[1])) != lignes[1]:
        raise refus("le point de contrôle ne se lit pas")
    if lignes[0] != nom:
        raise refus("ce point de contrôle est celui d'un autre journal")
    return int(lignes[1]), base64_strict(lignes[2], 32, "point_de_controle", "racine illisible")


# Le reçu.


def engagement(ouvert, chemin):
    cles(ouvert, ("sel", "valeur"))
    sel = empreinte(ouvert["sel"])
    octets = chemin.encode("utf-8") + b"\x00" + canonique(ouvert["valeur"])
    return sha256(b"bareme/engagement/1\x00", sel, octets)


def verifie(recu, cle):
    """Suit la chaîne entière, de la signature aux valeurs ; rend ce qui est prouvé."""
    cles(recu, ("candidat", "decision", "faits", "format", "point_de_controle", "resultat"))
    if recu["format"] != FORMAT:
        raise Refus("forme", "le format n'est pas " + FORMAT)
    taille, racine = ouvre(recu["point_de_controle"], cle)
    if not mene_a(recu["decision"], taille, racine):
        raise Refus("journal", "la décision n'est pas dans le journal du point de contrôle")
    entree = json_de(recu["decision"]["texte"])
    contenu = entree["contenu"]
    nombre, racine = contenu["candidats"]["nombre"], empreinte(contenu["candidats"]["racine"])
    if not mene_a(recu["candidat"], nombre, racine):
        raise Refus("decision", "le candidat n'est pas dans cette décision")
    fiche = json_de(recu["candidat"]["texte"])
    for chemin in sorted(set(fiche["faits"]) | set(recu["faits"])):
        ouvert = recu["faits"].get(chemin)
        if ouvert is None or fiche["faits"].get(chemin) is None or (
            engagement(ouvert, chemin) != empreinte(fiche["faits"][chemin])
        ):
            raise Refus("fait", "le fait « " + chemin + " » n'est pas celui qui a été enregistré")
    resultat = recu["resultat"]
    engage = engagement(resultat, RESULTAT) == empreinte(fiche["resultat"])
    dits = ("postule", "rang", "retenu", "total")
    if not engage or any(resultat["valeur"].get(nom) != fiche.get(nom) for nom in dits):
        raise Refus("resultat", "le résultat n'est pas celui qui a été enregistré")
    return {
        "journal": cle[0], "taille": taille, "entree": recu["decision"]["index"],
        "decision": entree["id"], "instant": entree["instant"], "date": contenu["date"],
        "recueil": contenu["recueil"], "total": fiche["total"], "rang": fiche.get("rang"),
        "retenu": fiche["retenu"], "faits": {c: o["valeur"] for c, o in recu["faits"].items()},
    }


def controle(texte, cle):
    try:
        prouve = verifie(json_de(texte), cle)
        return {"valide": True, "maillon": None, "motif": None, "prouve": prouve}
    except Refus as refus:
        return {"valide": False, "maillon": refus.maillon, "motif": str(refus), "prouve": None}
    except (KeyError, TypeError, AttributeError):
        return {"valide": False, "maillon": "forme", "motif": "ce n'est pas un reçu", "prouve": None}


def principal(arguments):
    fichiers = [un for un in arguments if un != "--json"]
    if len(fichiers) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(fichiers[1], encoding="utf-8") as fichier:
            cle = cle_publique(fichier.read())
        with open(fichiers[0], encoding="utf-8") as fichier:
            texte = fichier.read()
    except (OSError, ValueError) as erreur:
        print("illisible :", erreur, file=sys.stderr)
        return 2
    dit = controle(texte, cle)
    if "--json" in arguments:
        print(json.dumps(dit, ensure_ascii=False, indent=2))
    elif dit["valide"]:
        print("Reçu valable")
        for nom, valeur in dit["prouve"].items():
            print(f"  {nom} : {json.dumps(valeur, ensure_ascii=False)}")
    else:
        print(f"Reçu refusé ({dit['maillon']}) : {dit['motif']}")
    return 0 if dit["valide"] else 1


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
