#!/usr/bin/env python3
"""Recalcule les vecteurs de vecteurs.json, de la clé maîtresse au reçu, sans Barème.

    python3 vecteurs.py [vecteurs.json]

Bibliothèque standard seule : XChaCha20-Poly1305 est écrit ici d'après la RFC 8439 et
draft-irtf-cfrg-xchacha. Code de sortie 0 si tout est retrouvé, 1 sinon.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct
import sys

import verifier_recu

ICI = pathlib.Path(__file__).parent


def tourne(x, n):
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF


def tours(etat):
    """Les vingt tours de ChaCha20."""
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                etat[x] = (etat[x] + etat[y]) & 0xFFFFFFFF
                etat[z] = tourne(etat[z] ^ etat[x], n)
    return etat


CONSTANTES = struct.unpack("<4I", b"expand 32-byte k")


def bloc(cle, compteur, nonce):
    debut = [*CONSTANTES, *struct.unpack("<8I", cle), compteur, *struct.unpack("<3I", nonce)]
    fin = tours(list(debut))
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(debut, fin)))


def hchacha(cle, nonce):
    etat = tours([*CONSTANTES, *struct.unpack("<8I", cle), *struct.unpack("<4I", nonce)])
    return struct.pack("<8I", *etat[:4], *etat[12:])


def poly1305(cle, message):
    r = int.from_bytes(cle[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    somme = 0
    for debut in range(0, len(message), 16):
        morceau = message[debut : debut + 16] + b"\x01"
        somme = (somme + int.from_bytes(morceau, "little")) * r % (2**130 - 5)
    return ((somme + int.from_bytes(cle[16:], "little")) % 2**128).to_bytes(16, "little")


def complete(octets):
    return octets + bytes(-len(octets) % 16)


def ouvre(cle, lie_a, scelle):
    """Ouvre « nonce (24) ‖ chiffré ‖ étiquette (16) », lié à un texte."""
    nonce, chiffre, marque = scelle[:24], scelle[24:-16], scelle[-16:]
    cle, nonce = hchacha(cle, nonce[:16]), bytes(4) + nonce[16:]
    longueurs = struct.pack("<QQ", len(lie_a), len(chiffre))
    attendue = poly1305(bloc(cle, 0, nonce)[:32], complete(lie_a) + complete(chiffre) + longueurs)
    assert hmac.compare_digest(attendue, marque), "le scellé ne s'ouvre pas"
    flot = b"".join(bloc(cle, 1 + n, nonce) for n in range(-(-len(chiffre) // 64)))
    return bytes(a ^ b for a, b in zip(chiffre, flot))


def deplie(clair):
    """Rend les valeurs derrière l'octet 1, comprimées par Snappy (format brut) ; d'autres telles quelles."""
    if clair[:1] != b"\x01":
        return clair
    longueur, ici = 0, 1
    while ici == 1 or clair[ici - 1] >= 0x80:
        longueur |= (clair[ici] & 0x7F) << 7 * (ici - 1)
        ici += 1
    rendu = bytearray()
    while ici < len(clair):
        marque, ici = clair[ici], ici + 1
        genre, dite = marque & 3, marque >> 2
        suite = max(dite - 59, 0) if genre == 0 else (1, 2, 4)[genre - 1]
        nombre, ici = int.from_bytes(clair[ici : ici + suite], "little"), ici + suite
        if genre == 0:
            taille = (nombre if suite else dite) + 1
            rendu, ici = rendu + clair[ici : ici + taille], ici + taille
            continue
        taille, recul = dite + 1, nombre
        if genre == 1:
            taille, recul = (dite & 7) + 4, marque >> 5 << 8 | nombre
        for _ in range(taille):
            rendu.append(rendu[-recul])
    assert len(rendu) == longueur, "les valeurs ne se déplient pas"
    return bytes(rendu)


def h(cle, *parties):
    return hmac.new(cle, b"".join(parties), hashlib.sha256).digest()


def octets(texte):
    return base64.b64decode(texte, validate=True)


def recalcule(v):
    """Compare chaque vecteur avec son calcul ; rend le nombre de comparaisons."""
    vus = []

    def meme(nom, attendu, trouve):
        assert attendu == trouve, f"{nom} : attendu {attendu}, trouvé {trouve}"
        vus.append(nom)

    maitre = octets(v["maitre"])
    etiquettes, cles = h(maitre, b"bareme/etiquettes/1"), h(maitre, b"bareme/cles/1")
    meme("etiquette", octets(v["etiquette"]), h(etiquettes, v["candidature"].encode()))
    racine = ouvre(cles, v["sujet"].encode(), octets(v["cle_emballee"]))
    sceaux, sels = h(racine, b"bareme/sceaux/1"), h(racine, b"bareme/sels/1")
    lieu = f"{v['decision']}/{v['place']}".encode()
    meme("clair", v["clair"].encode(), deplie(ouvre(sceaux, lieu, octets(v["scelle"]))))
    clair = json.loads(v["clair"])
    meme("forme canonique", v["clair"].encode(), verifier_recu.canonique(clair))
    fiche = json.loads(v["fiche"])
    engages = {**clair["faits"], verifier_recu.RESULTAT: clair["resultat"]}
    for chemin, valeur in engages.items():
        sel = h(sels, v["decision"].encode(), b"\x00", chemin.encode())
        ouvert = {"sel": base64.b64encode(sel).decode(), "valeur": valeur}
        dit = fiche["resultat"] if chemin == verifier_recu.RESULTAT else fiche["faits"][chemin]
        meme(f"engagement {chemin}", octets(dit), verifier_recu.engagement(ouvert, chemin))
        recu = v["recu"]["resultat"] if chemin == verifier_recu.RESULTAT else v["recu"]["faits"][chemin]
        meme(f"sel {chemin}", ouvert["sel"], recu["sel"])
    meme("feuille", octets(v["feuille"]), hashlib.sha256(b"\x00" + v["fiche"].encode()).digest())
    meme("fiche du reçu", v["fiche"], v["recu"]["candidat"]["texte"])
    dit = verifier_recu.controle(json.dumps(v["recu"]), verifier_recu.cle_publique(v["journal"]))
    meme("reçu", True, dit["valide"])
    return len(vus)


def principal(arguments):
    chemin = arguments[0] if arguments else ICI / "vecteurs.json"
    with open(chemin, encoding="utf-8") as fichier:
        vecteurs = json.load(fichier)
    try:
        print(recalcule(vecteurs), "vecteurs retrouvés")
    except AssertionError as faux:
        print(faux)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(principal(sys.argv[1:]))
