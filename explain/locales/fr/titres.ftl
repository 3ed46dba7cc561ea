# Les titres et les étiquettes autour des phrases.

heading-eligibility = Conditions pour être classé
heading-since = Ce qui a changé
heading-changes = Ce qui pourrait changer
heading-acronyms = Sigles
heading-source = Source
heading-legal-basis = Fondement
heading-hypothesis = Hypothèse
title = { $candidate }, au { $day }
title-ranked = { $candidate } : { $ranking }, au { $day }
announced = { $text } :
recueil-named = Recueil « { $name } » (empreinte { $hash })
rules-named = Règles : { $name }, version { $version }
more-lines =
    { $plural ->
        [one] … et { $count } autre ligne, { $points }
       *[other] … et { $count } autres lignes, { $points } en tout
    }
more = … et { $count } de plus
