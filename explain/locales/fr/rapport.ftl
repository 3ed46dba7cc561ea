# Le rapport de l'article R311-3-1-2 et la mention de l'article L311-3-1 du code des relations entre
# le public et l'administration. Les quatre titres sont ceux de l'article.

mention = Cette proposition repose sur un traitement algorithmique (article L311-3-1 du code des relations entre le public et l'administration)
mention-purpose = Ce traitement sert à classer les candidatures à un logement : { $ranking }
mention-responsible = Responsable : { $named }
# $ways : une adresse, un courriel, ou les deux.
mention-contact = Pour exercer ce droit, ou pour toute question, écrivez à : { $ways }
mention-unnamed = Les règles appliquées ne nomment pas leur responsable ; adressez-vous au service qui a enregistré votre demande
mention-right =
    Vous pouvez demander les règles de ce traitement et la façon dont elles ont été appliquées à votre demande{ $report ->
        [below] { "" } ; le rapport ci-dessous les donne
       *[absent] { "" }
    }
mention-silence = Sans réponse dans le mois, vous pouvez saisir la Commission d'accès aux documents administratifs dans les deux mois
report-contribution = Degré et mode de contribution du traitement à la décision
report-data = Données traitées et leurs sources
report-parameters = Paramètres de traitement et leur pondération, appliqués à votre situation
report-operations = Opérations effectuées
report-aid = Le traitement aide à décider : il calcule des points et un ordre, il ne décide pas
report-keeps =
    { $plural ->
        [one] Il propose { $most } candidature au plus
       *[other] Il propose { $most } candidatures au plus
    } ; une personne nommément désignée confirme, change ou rejette cette proposition
report-commission = La commission d'attribution choisit à qui le logement est attribué : le plus grand nombre de points ne donne pas un logement
report-rules = Règles appliquées : { $label }, { $version }
report-parameter = { $grid }, { $label } : { $verdict }
report-condition = { $label } : { $truth }
report-sum = { $label } : { $terms } = { $sum }
report-total = Total : { $terms } = { $sum }
report-state = { $label } : { $state }, ne compte pas dans le total
contest-correct = Une information est fausse ou a changé : faites-la corriger auprès du service qui a enregistré votre demande
contest-review = Vous pouvez demander qu'une personne réexamine votre dossier et dire votre point de vue (règlement général sur la protection des données, articles 15 et 22)
contest-appeal = Vous pouvez contester une décision dans les deux mois qui suivent sa notification ; une personne répond, jamais un traitement seul
rules-from-to = en vigueur du { $from } au { $to }
rules-from = en vigueur depuis le { $from }
rules-to = en vigueur jusqu'au { $to }
rules-always = en vigueur sans limite de date
rules-version = version { $version }, { $period }
