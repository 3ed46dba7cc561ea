// How a contestant in JavaScript is asked: the same lines and the same answers as those of `yardstick::stage`.
//
// A contestant has `values(facts)`, the nineteen values of a row; `single`, `traced`, `batch`, `compile` each do some
// evaluations (or compile some policies) and return how many; what it has not, it answers with « none ».

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const NONE = 'none';
// Unit: microseconds. A repetition lasts this long at least.
const LEAST = 20_000;
const VALUES = 19;

/** Reads the first rows that the bench wrote, as the objects that a program would hold. */
export function population(count) {
  const path = process.argv[2];
  const told = JSON.parse(readFileSync(path, 'utf8'));
  const bytes = readFileSync(path.replace(/json$/, 'i32'));
  const cells = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const columns = Object.entries(told.columns).map(([name, width], at) => {
    const table = told.tables[name];
    const read = (cell) => (table ? table[cell] : width === 'bool' ? cell !== 0 : cell);
    return [name, (row) => read(cells[at * told.rows + row])];
  });
  const row = (_, at) => ({
    today: told.today,
    behind: 'pme',
    ...Object.fromEntries(columns.map(([name, read]) => [name, read(at)])),
  });
  return Array.from({ length: Math.min(count, told.rows) }, row);
}

function spent() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Does it again until it has lasted. Unit: nanoseconds of processor for each. */
async function lasting(run) {
  const start = spent();
  for (let items = 0; ; ) {
    items += await run();
    const elapsed = spent() - start;
    if (elapsed >= LEAST) return ((elapsed * 1e3) / items).toFixed(3);
  }
}

async function say(contestant, path) {
  const said = new Int16Array(contestant.rows.length * VALUES);
  for (const [at, row] of contestant.rows.entries()) {
    const values = await contestant.values(contestant.input(row));
    for (const value of values) {
      if (!Number.isInteger(value)) throw new Error(`row ${at}: ${values}`);
    }
    said.set(values, at * VALUES);
  }
  writeFileSync(path, said);
  return String(VALUES);
}

async function answer(contestant, line) {
  const [word, ...rest] = line.split(' ');
  if (word === 'say') return say(contestant, rest.join(' '));
  return contestant[word] ? lasting(() => contestant[word]()) : NONE;
}

/** Serves until nobody asks any more. */
export async function serve(contestant) {
  for await (const line of createInterface({ input: process.stdin })) {
    let told;
    try {
      told = await answer(contestant, line.trim());
    } catch (fault) {
      told = String(fault).replaceAll('\n', ' ');
    }
    process.stdout.write(`${told}\n`);
  }
}
