# The report of article R311-3-1-2 and the notice of article L311-3-1 of the French code on relations
# between the public and the administration. The four titles are the article's.

mention = This proposal rests on algorithmic processing (article L311-3-1 of the code on relations between the public and the administration)
mention-purpose = This treatment serves to rank applications for a dwelling: { $ranking }
mention-responsible = Responsible: { $named }
# $ways: an address, an email, or both.
mention-contact = To exercise this right, or for any question, write to: { $ways }
mention-unnamed = The rules applied do not name who is responsible; ask the office that registered your application
mention-right =
    You may ask for the rules of this processing and how they were applied to your application{ $report ->
        [below] ; the report below gives them
       *[absent] { "" }
    }
mention-silence = If nobody answers within a month, you may turn to the commission for access to administrative documents (CADA) within two months
report-contribution = Degree and manner in which the processing contributes to the decision
report-data = Data processed and their sources
report-parameters = Parameters of the processing and their weights, applied to your situation
report-operations = Operations carried out
report-aid = The processing helps to decide: it computes points and an order, it does not decide
report-keeps =
    { $plural ->
        [one] It proposes { $most } application at most
       *[other] It proposes { $most } applications at most
    }; a named person confirms, changes or rejects this proposal
report-commission = The allocation commission chooses who gets the dwelling: the most points do not give a dwelling
report-rules = Rules applied: { $label }, { $version }
report-parameter = { $grid }, { $label }: { $verdict }
report-condition = { $label }: { $truth }
report-sum = { $label }: { $terms } = { $sum }
report-total = Total: { $terms } = { $sum }
report-state = { $label }: { $state }, not counted in the total
contest-correct = Some information is wrong or has changed: have it corrected by the service that registered your application
contest-review = You may ask for a person to look at your file again and say what you think (General Data Protection Regulation, articles 15 and 22)
contest-appeal = You may contest a decision within two months of its notice; a person answers, never processing alone
rules-from-to = in force from { $from } to { $to }
rules-from = in force since { $from }
rules-to = in force until { $to }
rules-always = in force without limit
rules-version = version { $version }, { $period }
