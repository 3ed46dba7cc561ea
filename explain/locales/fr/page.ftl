# Les textes d'une page : ce qui entoure les phrases. $view : « applicant », « employer », « territory » ou « auditor ».

skip = Aller au contenu
contents = Sommaire
page-kind =
    { $view ->
        [applicant] Explication de vos points
       *[other] Explication des points
    }
page-lines =
    { $view ->
        [applicant] Vos points, ligne par ligne
       *[other] Les points, ligne par ligne
    }
page-decides = Qui décide
page-rights =
    { $view ->
        [applicant] Vos droits
       *[other] Les droits du demandeur
    }
page-report = Rapport sur le traitement (article R311-3-1-2)
page-rules = Les règles appliquées
column-grid = Grille
column-looked = Ce que l'on a regardé
column-situation =
    { $view ->
        [applicant] Votre situation
       *[other] La situation
    }
column-points = Points
column-maximum = Maximum
row-sum = Total
no-maximum = non fixé
caption-grids = Les points, grille par grille
caption-lines = les points, ligne par ligne
detail = Le détail
detail-steps = Le calcul
detail-facts = Les informations utilisées
detail-criteria = Les critères : un seul rempli suffit
mark-pending = En attente
mark-not-evaluable = Pas encore connu
mark-capped = Limité ou relevé
note-total = Le total est la somme des points des grilles établies
note-rank = Ce rang compare les candidatures classées pour ce logement à cette date. Il peut changer si d'autres postulent ou se retirent, ou si une situation change
link-correct = Une information est fausse ? Comment la faire corriger
link-contest = Comment contester ces points
