# Ce qui se dit à la place d'une valeur.

value-missing = information manquante
value-withheld = information non communiquée
value-not-shared = information non partagée avec l'entreprise
value-failed = calcul impossible
value-none = aucune valeur n'est prévue à cette date
value-not-ranked = hors des candidats comparés
value-of-others = selon les autres candidats
value-unknown = inconnu
