# Ce qui a changé depuis une évaluation précédente.

since-before =
    { $view ->
        [applicant] Le { $date }, vous aviez { $points }
       *[other] Le { $date } : { $points }
    }
since-same = Depuis, le total n'a pas changé
since-difference = Depuis, la différence est de { $difference }
gained = + { $points }
lost = − { $points }
cause-date = Le temps a passé (âge, durées) : { $difference }
cause-rules = Les règles ont changé : { $difference }
cause-campaign = Une valeur datée a commencé ou pris fin (campagne, plafond de l'année) : { $difference }
cause-others = Les autres candidatures ont changé : { $difference }
cause-own =
    { $view ->
        [applicant] Vos informations ont changé : { $difference }
       *[other] Les informations du demandeur ont changé : { $difference }
    }
since-rank = Rang : { $before }, puis { $after }
since-change = { $label } : { $before }, puis { $after }
since-list = { $label } : la liste a changé
since-untranslated = Cette information n'existe plus dans les règles d'aujourd'hui : { $name }
