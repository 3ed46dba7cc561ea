# Pourquoi une ligne, une condition ou une grille est ce qu'elle est.
# $view : « applicant », « employer », « territory » ou « auditor ». $facts : des libellés cités. $plural : « one » ou « other ».

why-missing =
    { $plural ->
        [one] Information manquante : { $facts }
       *[other] Informations manquantes : { $facts }
    }
why-missing-of-others = Une information d'un autre candidat manque
why-withheld =
    { $view ->
        [applicant] Vous avez choisi de ne pas communiquer : { $facts }
        [territory] Non communiqué au territoire : { $facts }
       *[other] Non communiqué, au choix du demandeur : { $facts }
    }
# $named : « one » si le choix a un libellé, $choice ; sinon « none ».
why-not-shared =
    { $view ->
        [applicant] Votre choix{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } ne partage pas avec votre entreprise : { $facts }
       *[other] Le choix du demandeur{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } ne partage pas : { $facts }
    }
why-anonymous =
    { $view ->
        [applicant] Votre choix{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } ne partage rien avec votre entreprise
       *[other] Le choix du demandeur{ $named ->
            [one] { " " }{ $choice }
           *[none] { "" }
        } ne partage rien
    }
why-verification = En attente d'une vérification sur pièce : { $facts }
why-validation = En attente d'une validation : { $facts }
why-validation-by = En attente d'une validation ({ $by }) : { $facts }
why-validation-pending =
    { $view ->
        [applicant] En attente de la validation de votre employeur
       *[other] En attente de la validation de l'employeur
    }
why-validation-refused =
    { $view ->
        [applicant] Votre employeur n'a pas validé votre demande
       *[other] L'employeur n'a pas validé la demande
    }
why-outside-period = Cette ligne ne vaut pas à cette date
in-force-from-to = Cette ligne ne vaut que du { $from } au { $to }
in-force-from = Cette ligne ne vaut qu'à partir du { $from }
in-force-to = Cette ligne ne vaut que jusqu'au { $to }
why-family-best = Une autre ligne de { $family } est retenue : seule compte celle qui donne le plus
why-family-first = Une autre ligne de { $family } est retenue : seule compte la première remplie
why-slot-unfilled =
    { $view ->
        [applicant] Votre entreprise n'a rien prévu ici
       *[other] L'entreprise n'a rien prévu ici
    }
why-capped = Limité à { $points } ; sans le plafond : { $raw }
why-floored = Relevé à { $points } ; sans le plancher : { $raw }
why-no-value = Aucune valeur n'est prévue à cette date
why-not-ranked =
    { $view ->
        [applicant] Vous ne faites pas partie des candidats comparés
       *[other] Le demandeur ne fait pas partie des candidats comparés
    }
why-not-established = Personne n'a encore écrit ces règles
why-outside-perimeter = Ce logement est hors du périmètre de ces règles
why-outside-population = Ces règles ne concernent pas cette situation
why-outside-population-for = Ces règles ne concernent pas cette situation ({ $condition })
why-held = Critère rempli : { $label }
why-none-held = Aucun des critères n'est rempli
why-unconditional = Accordé sans condition
why-several = La somme de plusieurs montants
why-refused = Condition non remplie
why-excepted = Une exception s'applique : { $condition }
failed-division = Le calcul est impossible : il divise par zéro
failed-overflow = Le calcul est impossible : le nombre est trop grand
failed-step = Le calcul est impossible : le pas d'arrondi n'est pas positif
failed-row = Le calcul est impossible : aucune ligne du tableau ne convient
failed-two-fillings = Le calcul est impossible : deux politiques s'appliquent à la fois
failed-not-whole = Le calcul est impossible : la durée n'est pas un nombre entier
failed-empty-list = Le calcul est impossible : la liste est vide
failed-script = Le calcul n'a pas pu être fait
