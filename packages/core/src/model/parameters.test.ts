import { describe, expect, test } from 'vitest'
import { parameterValues } from './parameters.ts'

const declared = {
  timeoutMs: { what: 'a time', unit: 'ms', initial: 150, minimum: 1, maximum: 1_000 },
  entries: { what: 'a count', unit: 'entries', initial: 10, minimum: 0, maximum: 100 },
}

describe('parameters', () => {
  test('are as declared where they are not given', () => {
    expect(parameterValues(declared)).toEqual({ timeoutMs: 150, entries: 10 })
    expect(parameterValues(declared, { entries: 0 })).toEqual({ timeoutMs: 150, entries: 0 })
    expect(parameterValues(declared, { timeoutMs: 0.5 + 1 })).toEqual({
      timeoutMs: 1.5,
      entries: 10,
    })
    expect(parameterValues({}, {})).toEqual({})
  })

  test.each<[{ readonly [name: string]: number }, string]>([
    [{ entires: 5 }, "unknown parameter 'entires': the parameters are timeoutMs, entries"],
    [{ constructor: 5 }, "unknown parameter 'constructor'"],
    [{ timeoutMs: 0 }, 'parameter timeoutMs is 0: it must be 1 to 1000 ms'],
    [{ entries: 101 }, 'parameter entries is 101: it must be 0 to 100 entries'],
    [{ entries: Number.NaN }, 'parameter entries is NaN: it must be 0 to 100 entries'],
    [{ entries: 2.5 }, 'parameter entries is 2.5: it must be a whole number (entries)'],
  ])('%j: %s', (given, reason) => {
    expect(() => parameterValues(declared, given)).toThrow(reason)
  })
})
