# Ce qui pourrait changer : ce que l'on peut faire, ce qui peut bouger sans perte, ce qui manque.
# $view : « applicant », « employer », « territory » ou « auditor ». $plural : « one » ou « other ».

changes-some =
    { $view ->
        [applicant] Ce que vous pouvez faire pour améliorer ce résultat
       *[other] Ce que le demandeur peut faire pour améliorer ce résultat, dans les mots qu'il lit
    }
changes-none =
    { $view ->
        [applicant] Nous n'avons trouvé aucun changement à votre portée qui améliore ce résultat
       *[other] Aucun changement à la portée du demandeur n'améliore ce résultat, parmi ceux qui ont été essayés
    }
changes-more =
    { $plural ->
        [one] … et { $count } autre possibilité
       *[other] … et { $count } autres possibilités
    }
change-together = Deux choses à faire ensemble : { $steps }

# Ce qui prend place dans la phrase d'un levier : « dont le loyer est entre 416 €/mois et 528 €/mois ».
change-exactly = de { $value }
change-between = entre { $low } et { $high }
change-at-least = d'au moins { $value }
change-at-most = d'au plus { $value }

# $facts : des libellés cités.
change-verify =
    { $plural ->
        [one] Fournir la pièce qui prouve : { $facts }
       *[other] Fournir les pièces qui prouvent : { $facts }
    }
change-validate = Faire valider : { $facts }
change-validate-by = Faire valider ({ $by }) : { $facts }

change-today = { $label } : { $value } aujourd'hui
change-nearest = { $label } : { $value } aujourd'hui, { $nearest } au plus près
change-from-day = Ce résultat est atteint le { $day }
change-from-to-day = Ce résultat est atteint le { $day }, et vaut au moins jusqu'au { $last }
change-that-day = Ce résultat est atteint le { $day }, et ne vaut plus un mois plus tard
# $reach : « whole » pour le maximum de la ligne, « best » pour le plus que ce changement donne.
change-line = { $label } : { $before }, puis { $after }{ $reach ->
        [whole] { " " }(le maximum)
        [best] { " " }(le plus que ce changement donne)
       *[other] { "" }
    }
change-total = Total : { $before }, puis { $after } ({ $difference })
change-total-same = Total : { $points }, comme aujourd'hui
change-gain = Le total gagne au moins { $points }
change-rank = Rang : { $before }, puis { $after } si les autres candidats ne changent rien
change-rank-same = Rang : { $rank }, comme aujourd'hui, si les autres candidats ne changent rien
change-ranked =
    { $view ->
        [applicant] Rang : vous seriez { $rank } si les autres candidats ne changent rien ; aujourd'hui, vous n'êtes pas classé
       *[other] Rang : { $rank } si les autres candidats ne changent rien ; non classé aujourd'hui
    }
change-eligible =
    { $view ->
        [applicant] Vous remplissez alors toutes les conditions pour être classé
       *[other] Toutes les conditions pour être classé sont alors remplies
    }
change-maybe-eligible =
    { $view ->
        [applicant] Vous pourrez être classé quand les informations qui manquent seront connues
       *[other] Le classement devient possible quand les informations qui manquent seront connues
    }

margins =
    { $view ->
        [applicant] Ce qui peut changer sans que votre total baisse
       *[other] Ce qui peut changer sans que le total baisse
    }
margin = { $label } : { $interval } ({ $value } aujourd'hui)

changes-settled = Aucune information manquante ne peut changer ce total
changes-unbounded = Tant que des informations manquent, on ne peut pas dire entre quoi sera ce total
lacks = Ce qui manque, en commençant par ce qui décide le plus
lacks-more =
    { $plural ->
        [one] … et { $count } autre information
       *[other] … et { $count } autres informations
    }
lack-missing = { $label } : information manquante
lack-proof = { $label } : preuve attendue
lack-validation =
    { $view ->
        [applicant] { $label } : réponse de votre employeur attendue
       *[other] { $label } : réponse de l'employeur attendue
    }
lack-withheld =
    { $view ->
        [applicant] { $label } : vous avez choisi de ne pas le communiquer
       *[other] { $label } : non communiqué, au choix du demandeur
    }
lack-not-shared =
    { $view ->
        [applicant] { $label } : vous avez choisi de ne pas le partager avec votre entreprise
       *[other] { $label } : non partagé avec l'entreprise, au choix du demandeur
    }
lack-decides =
    { $plural ->
        [one] Jusqu'à { $points } en dépend
       *[other] Jusqu'à { $points } en dépendent
    }
lack-decides-all = On ne peut pas dire combien de points en dépendent
lack-alone = Si cette information arrive seule, ce total sera { $interval }
lack-eligibility =
    { $view ->
        [applicant] Votre entrée dans le classement en dépend
       *[other] L'entrée dans le classement en dépend
    }
# $lines : des libellés cités.
lack-lines =
    { $plural ->
        [one] Ligne qui en dépend : { $lines }
       *[other] Lignes qui en dépendent : { $lines }
    }

undecided = { $label } : toutes les valeurs n'ont pas été essayées
# $interval : « entre 100 et 200 € », « au moins 100 € », « au plus 200 € ».
undecided-beyond = { $label } : toutes les valeurs n'ont pas été essayées ; celles qui l'ont été : { $interval }
