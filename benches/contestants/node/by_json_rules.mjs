// json-rules-engine: a rule for each line gives its points by an event. It does no arithmetic: the rate of effort and the
// seniority are facts that JavaScript computes, and JavaScript adds the lines up.

import { Engine } from 'json-rules-engine';
import { population, serve } from './stage.mjs';

const ROWS = 9_800;
const BATCH = 490;
const ALONE = 98;
const TODAY = 20191015;

const LINES = [
  'age', 'mobility', 'effort', 'refused', 'declined', 'seniority', 'als', 'base', 'a', 'b', 'c', 'company', 'balance',
  'dwelling', 'priority', 'waiting', 'territory', 'total', 'eligible',
];
const PLACES = Object.fromEntries(LINES.map((line, at) => [line, at]));
const DWELLINGS = {
  sans_abri: 60, hébergement: 50, insalubre: 45, suroccupé: 35, chez_tiers: 30, temporaire: 25, locataire_privé: 10,
};
const CEILINGS = [20870, 27870, 33516, 40462, 47599, 53644];
// From so many years, to fewer than so many: points.
const WAITING = [[2, 3, 5], [3, 5, 10], [5, 8, 20], [8, 3000, 30]];

const is = (fact, value) => ({ fact, operator: 'equal', value });
const least = (fact, value) => ({ fact, operator: 'greaterThanInclusive', value });
const most = (fact, value) => ({ fact, operator: 'lessThanInclusive', value });
const more = (fact, value) => ({ fact, operator: 'greaterThan', value });
const shared = { fact: 'choice', operator: 'notEqual', value: 'anonyme' };
const gives = (line, points, ...all) => ({ conditions: { all }, event: { type: line, params: { points } } });

function rules() {
  return [
    gives('age', 70, more('born', TODAY - 300_000)),
    gives('mobility', 70, least('moved', 70)),
    gives('effort', { fact: 'effort' }, least('effort', 1)),
    gives('refused', 40, is('turned_down', true)),
    gives('declined', -40, is('declined', true)),
    gives('seniority', { fact: 'seniority' }, most('rank', 20)),
    gives('base', 240, shared, is('validated', true), { any: [is('contributes', true), is('compensated', true)] }),
    gives('a', 166, shared, { any: [is('recruited_far', true), more('commute', 40)] }),
    gives('b', 80, shared, {
      any: [is('situation', 'apprenti'), { all: [is('situation', 'cdi'), most('hired', TODAY - 20_000)] }],
    }),
    gives('c', 34, shared, { any: [is('disabled', true), least('dependants', 2)] }),
    gives('balance', 240, is('category', { fact: 'behind' })),
    ...Object.entries(DWELLINGS).map(([dwelling, points]) => gives('dwelling', points, is('dwelling', dwelling))),
    gives('priority', 50, is('priority', true)),
    ...WAITING.map(([from, to, points]) =>
      gives('waiting', points, most('requested', TODAY - from * 10_000), more('requested', TODAY - to * 10_000))),
    ...CEILINGS.map((ceiling, at) => {
      const size = at < 5 ? is('household', at + 1) : least('household', 6);
      return gives('eligible', 1, size, most('taxed', ceiling));
    }),
  ];
}

async function effort(_, almanac) {
  const [rent, income] = [await almanac.factValue('rent'), await almanac.factValue('income')];
  const outside = Math.max(rent * 100 - 33 * income, 26 * income - rent * 100, 0);
  return Math.max(40 - 4 * Math.ceil(outside / income), 0);
}

function compiled() {
  const engine = new Engine(rules(), { replaceFactsInEventParams: true });
  engine.addFact('effort', effort);
  engine.addFact('seniority', async (_, almanac) => 21 - (await almanac.factValue('rank')));
  return engine;
}

function totals(events) {
  const all = new Array(LINES.length).fill(0);
  for (const event of events) all[PLACES[event.type]] = event.params.points;
  const sum = (from, to) => all.slice(from, to).reduce((one, other) => one + other, 0);
  all[6] = Math.min(Math.max(sum(0, 6), 0), 240);
  all[11] = Math.min(sum(7, 11), 520);
  all[16] = Math.min(sum(13, 16), 100);
  all[17] = all[6] + all[11] + all[12] + all[16];
  return all;
}

const engine = compiled();
const rows = population(ROWS);

const contestant = {
  rows,
  input: (row) => row,
  values: async (row) => totals((await engine.run(row)).events),
  async single() {
    for (const row of rows.slice(0, ALONE)) await contestant.values(row);
    return ALONE;
  },
  // Which conditions held, and which did not, as its results tell them.
  async traced() {
    for (const row of rows.slice(0, ALONE)) {
      const { events, results, failureResults } = await engine.run(row);
      totals(events);
      JSON.stringify([...results, ...failureResults].map((result) => result.toJSON(false)));
    }
    return ALONE;
  },
  async batch() {
    for (const row of rows.slice(0, BATCH)) await contestant.values({ ...row });
    return BATCH;
  },
  compile() {
    compiled();
    return 1;
  },
};

await serve(contestant);
