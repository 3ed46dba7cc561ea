// publicodes: rules in French, a situation for each candidate. Nothing of it rounds up: the steps of the rate of effort are
// written one by one. The tree that explains is always built; the one evaluation that is timed asks for the total and for
// the eligibility, the explained one for every line.

import Engine from 'publicodes';
import { population, serve } from './stage.mjs';

const ROWS = 1_225;
const BATCH = 49;
const ALONE = 10;

const NUMBERS = [
  'today', 'born', 'requested', 'hired', 'income', 'taxed', 'rent', 'moved', 'commute', 'household', 'dependants', 'rank',
];
const TEXTS = ['behind', 'situation', 'choice', 'category', 'dwelling'];
const FLAGS = [
  'contributes', 'compensated', 'validated', 'recruited_far', 'disabled', 'priority', 'turned_down', 'declined',
];
const DWELLINGS = {
  sans_abri: 60, hébergement: 50, insalubre: 45, suroccupé: 35, chez_tiers: 30, temporaire: 25, locataire_privé: 10,
};
const CEILINGS = [20870, 27870, 33516, 40462, 47599];
const WAITING = [[20_000, 0], [30_000, 5], [50_000, 10], [80_000, 20]];

const named = (fact) => `fait ${fact.replaceAll('_', ' ')}`;
const cases = (some, otherwise) => ({
  variations: [...some.map(([si, alors]) => ({ si, alors })), { sinon: otherwise }],
});
const given = (condition, points) => cases([[condition, points]], 0);
const all = (...conditions) => ({ 'toutes ces conditions': conditions });
const any = (...conditions) => ({ 'une de ces conditions': conditions });

const effort = cases(
  [
    ...Array.from({ length: 10 }, (_, at) => [`taux > ${42 - at}`, 4 * at]),
    ['taux >= 26', 40],
    ...Array.from({ length: 9 }, (_, at) => [`taux >= ${25 - at}`, 36 - 4 * at]),
  ],
  0,
);

const LINES = {
  age: given('fait born > fait today - 300000', 70),
  mobilité: given('fait moved >= 70', 70),
  effort,
  'refus en cal': given('fait turned down', 40),
  'logement refusé': given('fait declined', -40),
  ancienneté: { valeur: '21 - fait rank', plancher: 0 },
  als: {
    somme: ['age', 'mobilité', 'effort', 'refus en cal', 'logement refusé', 'ancienneté'],
    plancher: 0,
    plafond: 240,
  },
  base: given(all('partagé', 'fait validated', any('fait contributes', 'fait compensated')), 240),
  'tranche a': given(all('partagé', any('fait recruited far', 'fait commute > 40')), 166),
  'tranche b': given(
    all(
      'partagé',
      any("fait situation = 'apprenti'", all("fait situation = 'cdi'", 'fait today - fait hired >= 20000')),
    ),
    80,
  ),
  'tranche c': given(all('partagé', any('fait disabled', 'fait dependants >= 2')), 34),
  entreprise: { somme: ['base', 'tranche a', 'tranche b', 'tranche c'], plafond: 520 },
  équilibrage: given('fait category = fait behind', 240),
  logement: cases(
    Object.entries(DWELLINGS).map(([dwelling, points]) => [`fait dwelling = '${dwelling}'`, points]),
    0,
  ),
  dalo: given('fait priority', 50),
  attente: cases(
    WAITING.map(([waited, points]) => [`attendu < ${waited}`, points]),
    30,
  ),
  territoire: { somme: ['logement', 'dalo', 'attente'], plafond: 100 },
  total: { somme: ['als', 'entreprise', 'équilibrage', 'territoire'] },
  éligible: given('fait taxed <= plafond de ressources', 1),
};

function rules() {
  const facts = [
    ...NUMBERS.map((fact) => [named(fact), { valeur: 1 }]),
    ...TEXTS.map((fact) => [named(fact), { valeur: "'autre'" }]),
    ...FLAGS.map((fact) => [named(fact), { valeur: 'non' }]),
  ];
  return {
    ...Object.fromEntries(facts),
    partagé: "fait choice != 'anonyme'",
    taux: { valeur: 'fait rent * 100 / fait income' },
    attendu: { valeur: 'fait today - fait requested' },
    'plafond de ressources': cases(
      CEILINGS.map((ceiling, at) => [`fait household <= ${at + 1}`, ceiling]),
      53644,
    ),
    ...LINES,
  };
}

const silent = () => {};
const compiled = () => new Engine(rules(), { logger: { log: silent, warn: silent, error: silent } });

function situation(row) {
  const told = [
    ...NUMBERS.map((fact) => [named(fact), row[fact]]),
    ...TEXTS.map((fact) => [named(fact), `'${row[fact]}'`]),
    ...FLAGS.map((fact) => [named(fact), row[fact] ? 'oui' : 'non']),
  ];
  return Object.fromEntries(told);
}

const engine = compiled();
const rows = population(ROWS);
const few = rows.slice(0, ALONE).map(situation);

const contestant = {
  rows,
  input: situation,
  values(told) {
    engine.setSituation(told);
    return Object.keys(LINES).map((line) => engine.evaluate(line).nodeValue);
  },
  single() {
    for (const told of few) {
      engine.setSituation(told);
      engine.evaluate('total');
      engine.evaluate('éligible');
    }
    return ALONE;
  },
  traced() {
    few.forEach(contestant.values);
    return ALONE;
  },
  batch() {
    rows.slice(0, BATCH).forEach((row) => contestant.values(situation(row)));
    return BATCH;
  },
  compile() {
    compiled();
    return 1;
  },
};

await serve(contestant);
