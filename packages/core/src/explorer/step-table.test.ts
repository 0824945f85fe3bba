import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StepOutcome } from './step-outcome.ts'
import {
  envelopesWord,
  nextWord,
  outcomeWord,
  StepTable,
  sentWord,
  threw,
  traceWord,
} from './step-table.ts'

function outcome(number: number, next: number, sent: number[], thrown?: string): StepOutcome {
  return { number, next, sent, outputs: [], replies: [], drawn: [], thrown }
}

/** The outcomes at a place of the table, as they were added. */
function read(table: StepTable, place: number): (StepOutcome | 'threw')[] {
  const { words } = table
  let at = place + 1
  return Array.from({ length: words[place] as number }, () => {
    const stored = table.outcomes[words[at + outcomeWord] as number] as StepOutcome
    const next = words[at + nextWord] as number
    const sent = [
      ...words.subarray(at + envelopesWord, at + envelopesWord + (words[at + sentWord] as number)),
    ]
    expect(words[at + traceWord]).toBe(stored.thrown === undefined && sent.length > 1 ? 1 : 0)
    at += envelopesWord + sent.length
    return next === threw ? 'threw' : { ...stored, next, sent }
  })
}

test('gives back every step that was added, and no other', () => {
  const step = fc.record({
    local: fc.nat(40),
    event: fc.nat(4000),
    outcomes: fc.array(
      fc.record({
        next: fc.nat(),
        sent: fc.array(fc.nat(), { maxLength: 5 }),
        throws: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
  })
  const steps = fc.uniqueArray(step, {
    selector: ({ local, event }) => `${local} ${event}`,
    maxLength: 1_500,
    size: 'max',
  })
  fc.assert(
    fc.property(steps, (all) => {
      const table = new StepTable()
      const added = all.map(({ local, event, outcomes }, i) => {
        expect(table.find(local, event)).toBe(-1)
        const made = outcomes.map(({ next, sent, throws }) =>
          outcome(i, next, sent, throws ? 'it did' : undefined),
        )
        table.add(local, event, made, ({ sent }) => sent.length > 1)
        return made
      })
      for (const [i, { local, event }] of all.entries()) {
        const place = table.find(local, event)
        expect(read(table, place)).toEqual(
          (added[i] as StepOutcome[]).map((one) => (one.thrown === undefined ? one : 'threw')),
        )
      }
    }),
    { numRuns: 20 },
  )
})
