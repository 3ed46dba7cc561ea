# Une ligne ou une condition en une phrase, et ses remarques.

# $told : « yes » s'il y a un pourquoi. $relative : « yes » si la ligne dépend des autres candidats.
line-summary =
    { $told ->
        [yes] { $label } : { $why } → { $verdict }
       *[no] { $label } → { $verdict }
    }{ $relative ->
        [yes] { " " }(peut changer)
       *[no] { "" }
    }
line-range = Ces points seront { $interval } quand les informations manquantes seront connues
note-relative = Ce résultat dépend des autres candidats : il peut changer si d'autres postulent
note-rounded = Arrondi prévu par la règle : { $before } devient { $after }
condition-summary =
    { $told ->
        [yes] { $label } : { $truth } ({ $why })
       *[no] { $label } : { $truth }
    }
condition-holds = oui
condition-fails = non
condition-unknown = pas encore connu
