# Ce que l'on a regardé.

fact-of-list = { $label } ({ $list })
no-item = aucun
fact-origin = { $value } ({ $origin })
fact-source = source : { $source }
fact-date = le { $date }
declared = sur déclaration
verified = sur pièce vérifiée
validated = validation faite
validated-by = validation : { $by }
