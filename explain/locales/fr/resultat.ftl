# Le résultat : total, grilles, rang.

total =
    { $view ->
        [applicant] Vous avez { $points }
       *[other] Total : { $points }
    }
total-of =
    { $view ->
        [applicant] Vous avez { $points } sur { $maximum }
       *[other] Total : { $points } sur { $maximum }
    }
total-range = Ce total sera { $interval } quand les informations manquantes seront connues
grids = { $grids }
grid-not-established = pas encore établi
grid-not-applicable = sans objet
grid-indeterminate = pas encore connu
grid-range = Ces points seront { $interval } quand les informations manquantes seront connues
points-of = { $points } sur { $maximum }
# $rank : « 8e ». $of : combien de candidatures.
rank-of =
    { $view ->
        [applicant] Vous êtes { $rank } sur { $of }
       *[other] Rang : { $rank } sur { $of }
    } { $plural ->
        [one] candidature déposée
       *[other] candidatures déposées
    }
rank-if-all =
    { $view ->
        [applicant] Vous seriez { $rank }
       *[other] Rang : { $rank }
    } { $plural ->
        [one] si le seul candidat éligible postulait
       *[other] si les { $of } candidats éligibles postulaient
    }, avec { $points }
not-eligible =
    { $view ->
        [applicant] Vous n'êtes pas dans le classement : une condition pour y entrer n'est pas remplie
       *[other] Non classé : une condition d'éligibilité n'est pas remplie
    }
maybe-eligible =
    { $view ->
        [applicant] Vous n'êtes pas dans le classement : il manque une information pour y entrer
       *[other] Non classé : l'éligibilité dépend d'une information manquante
    }
not-applied =
    { $view ->
        [applicant] Vous n'avez pas postulé
       *[other] N'a pas postulé
    }
unranked =
    { $view ->
        [applicant] Vous n'êtes pas dans le classement
       *[other] Non classé
    }
tie =
    { $plural ->
        [one] { $others } autre candidature a le même total
       *[other] { $others } autres candidatures ont le même total
    }{ $named ->
        [some] { " " }; ce qui départage, dans l'ordre : { $keys }
       *[none] { "" }
    }
proposed =
    { $view ->
        [applicant] Votre candidature fait partie de celles que le classement propose ({ $most } au plus) ; une personne confirme ou non cette proposition
       *[other] Fait partie des candidatures proposées ({ $most } au plus) ; une personne confirme ou non cette proposition
    }
not-proposed =
    { $view ->
        [applicant] Votre candidature ne fait pas partie de celles que le classement propose ({ $most } au plus)
       *[other] Ne fait pas partie des candidatures proposées ({ $most } au plus)
    }
ordinal =
    { $kind ->
        [one] { $rank }er
       *[other] { $rank }e
    }
