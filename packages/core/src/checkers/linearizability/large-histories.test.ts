import { describe, expect, it } from 'vitest'
import type { KeyValueCommand, KeyValueResult } from '../../machines/key-value-command.ts'
import { Random } from '../../model/random.ts'
import type { History } from '../history.ts'
import { keyValueModel } from './key-value-model.ts'
import { checkLinearizability } from './linearizability.ts'
import { type SimulatedHistory, simulatedHistory } from './testing/simulated-history.ts'

const shapes: Record<string, SimulatedHistory> = {
  'many keys': { operations: 10_000, clients: 10, keys: 100, unknown: 0 },
  'many keys and unknown outcomes': { operations: 10_000, clients: 20, keys: 100, unknown: 0.05 },
  'one key': { operations: 2000, clients: 10, keys: 1, unknown: 0 },
  'one key, few values': { operations: 2000, clients: 10, keys: 1, values: 3, unknown: 0 },
  'one key, many clients': { operations: 1000, clients: 40, keys: 1, unknown: 0 },
  'one key, many clients, few values': {
    operations: 200,
    clients: 40,
    keys: 1,
    values: 6,
    unknown: 0,
  },
  'one key and unknown outcomes': { operations: 1000, clients: 5, keys: 1, unknown: 0.1 },
  'one key, unknown outcomes, few values': {
    operations: 500,
    clients: 5,
    keys: 1,
    values: 4,
    unknown: 0.1,
  },
}

/** The history with one read, nine tenths from the start, that finds what an early one found. */
function withStaleRead(
  history: History<KeyValueCommand, KeyValueResult>,
): History<KeyValueCommand, KeyValueResult> {
  const reads = history.filter(({ result }) => result?.kind === 'get' && result.value !== undefined)
  const late = reads[Math.floor(reads.length * 0.9)]
  const early = reads.find(
    ({ command }) =>
      command.kind === 'get' && late?.command.kind === 'get' && command.key === late.command.key,
  )
  return history.map((operation) =>
    operation === late && early !== undefined ? { ...operation, result: early.result } : operation,
  )
}

describe('large histories are linearizable as they come', () => {
  it.each(Object.entries(shapes))('%s', (_, shape) => {
    for (let seed = 0; seed < 3; seed++) {
      const history = simulatedHistory(new Random(seed), shape)
      const result = checkLinearizability(history, keyValueModel)
      expect(result.verdict).toBe('linearizable')
      // Where values are unique the search hardly ever goes astray.
      if (shape.values === undefined) {
        expect(result.states).toBeLessThan(shape.operations * 20)
      }
    }
  })
})

describe('one stale read in a large history is a violation', () => {
  // Where few values are put again and again, another write may well explain it.
  const unique = Object.entries(shapes).filter(([, shape]) => shape.values === undefined)

  it.each(unique)('%s', (_, shape) => {
    for (let seed = 0; seed < 3; seed++) {
      const history = withStaleRead(simulatedHistory(new Random(seed), shape))
      expect(checkLinearizability(history, keyValueModel).verdict).toBe('violated')
    }
  })
})
