import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History } from '../history.ts'
import { checkLinearizability } from './linearizability.ts'
import { plainText } from './plain-data.ts'
import { type ModelDefinition, ModelError, sequentialModel } from './sequential-model.ts'

type Command = { readonly f: string; readonly value?: number; readonly key?: string }

/** One after the other, by one client. */
function history(...operations: [Command, unknown][]): History<Command, unknown> {
  return operations.map(([command, result], index) => ({
    client: 0,
    call: 2 * index,
    return: 2 * index + 1,
    command,
    result,
  }))
}

/** What is said of a model with this step; '' if nothing. */
function complaint<State>(
  initial: State,
  step: ModelDefinition<State, Command, unknown>['step'],
  more: Partial<ModelDefinition<State, Command, unknown>> = {},
): string {
  const model = sequentialModel({ initial, step, ...more })
  try {
    checkLinearizability(
      history([{ f: 'add', value: 1 }, 'ok'], [{ f: 'add', value: 2 }, 'ok']),
      model,
    )
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError)
    return (error as Error).message
  }
}

describe('a model of one’s own', () => {
  const counter = sequentialModel<number, Command, unknown>({
    initial: 0,
    step: (state, { f, value = 0 }, result, impossible) => {
      if (f === 'add') return state + value
      return result === undefined || result === state ? state : impossible
    },
    partition: ({ key }) => key ?? null,
    describe: (state) => `the count ${state}`,
  })

  it('says what is linearizable, and where it stops to be', () => {
    const right = history([{ f: 'add', value: 2 }, 'ok'], [{ f: 'get' }, 2])
    expect(checkLinearizability(right, counter)).toMatchObject({
      verdict: 'linearizable',
      orders: [{ name: 'part null', order: right }],
    })
    const wrong = history([{ f: 'add', value: 2 }, 'ok'], [{ f: 'get' }, 3])
    expect(checkLinearizability(wrong, counter)).toMatchObject({
      verdict: 'violated',
      part: 'part null',
      unplaced: wrong[1],
      possible: { states: ['the count 2'], deadEnds: [] },
      certainty: { kind: 'exact' },
    })
  })

  it('has parts, each of which begins anew', () => {
    const parts = history(
      [{ f: 'add', value: 2, key: 'a' }, 'ok'],
      [{ f: 'get', key: 'a' }, 2],
      [{ f: 'get', key: 'b' }, 0],
    )
    expect(checkLinearizability(parts, counter)).toMatchObject({
      verdict: 'linearizable',
      orders: [{ name: 'part "a"' }, { name: 'part "b"' }],
    })
  })

  it('takes states for equal that have the same fields, in whatever order', () => {
    const pair = sequentialModel<Record<string, number>, Command, unknown>({
      initial: {},
      step: (state, { f, value = 0 }) => ({ ...state, [f]: value }),
    })
    // All at once: each of the 2^8 sets of operations leads to one state, in whatever order.
    const operations = Array.from({ length: 8 }, (_, n) => ({
      client: n,
      call: 0,
      return: 1,
      command: { f: `field${n}`, value: n },
      result: 'ok',
    }))
    const specification = pair.specify(operations)
    const states = [specification.initial]
    for (const state of states) {
      for (let operation = 0; operation < 8; operation++) {
        const next = specification.step(state, operation)
        if (!states.includes(next)) states.push(next)
      }
    }
    expect(states).toHaveLength(256)
  })
})

describe('an operation that could take place, but then another could not', () => {
  it('is told from one that could never', () => {
    const lock = sequentialModel<string | null, { f: string; value: string }, unknown>({
      initial: null,
      step: (holder, { value }, _, impossible) => (holder === null ? value : impossible),
    })
    const acquire = (client: number, value: string, call: number, end: number) => ({
      client,
      call,
      return: end,
      command: { f: 'acquire', value },
      result: 'ok',
    })
    const overlapping = [acquire(0, 'a', 1, 4), acquire(1, 'b', 2, 6)]
    expect(checkLinearizability(overlapping, lock)).toMatchObject({
      unplaced: overlapping[1],
      possible: { states: ['null', '"a"'], deadEnds: ['null'] },
    })
    const later = [acquire(0, 'a', 1, 4), acquire(1, 'b', 5, 6)]
    expect(checkLinearizability(later, lock)).toMatchObject({
      possible: { states: ['"a"'], deadEnds: [] },
    })
  })
})

describe('a model is refused', () => {
  it('whose step changes the state that it is given', () => {
    const push = (state: number[], { value = 0 }: Command) => {
      state.push(value)
      return state
    }
    expect(complaint([] as number[], push)).toBe(
      'step with {"f":"add","value":1} changes the state that it is given: it must return a new one',
    )
    const deep = (state: { inner: { count: number } }) => {
      state.inner.count++
      return { inner: { count: 0 } }
    }
    expect(complaint({ inner: { count: 0 } }, deep)).toContain('changes the state')
  })

  it('whose step changes the command', () => {
    const step = (state: number, command: Command) => {
      ;(command as { value: number }).value = 5
      return state
    }
    expect(complaint(0, step)).toContain('step with {"f":"add","value":1} throws TypeError')
  })

  it('that is not deterministic', () => {
    let calls = 0
    expect(complaint(0, () => calls++)).toBe(
      'step with {"f":"add","value":1} is not deterministic: the same state, command and result lead to 0, and then to 1',
    )
  })

  it('whose states have what a comparison would forget', () => {
    const count = 1
    class Counter {
      readonly #count = count
      next() {
        return this.#count
      }
    }
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    const states: [unknown, string][] = [
      [new Map(), 'initial is a Map: what it holds would be forgotten when states are compared'],
      [{ seen: new Set([1]) }, 'initial.seen is a Set'],
      [{ counter: new Counter() }, 'initial.counter is a Counter'],
      [[{ at: new Date(0) }], 'initial[0].at is a Date'],
      [{ next: () => 1 }, 'initial.next is a function, which cannot be compared by value'],
      [{ [Symbol('hidden')]: 1 }, 'initial has a field named by a symbol'],
      [Object.defineProperty({}, 'hidden', { value: 1 }), 'initial.hidden is computed or hidden'],
      [Object.assign([1], { name: 'a' }), 'initial is an array with holes or with names'],
      [cyclic, 'is nested too deeply, or in itself'],
    ]
    for (const [state, said] of states) expect(complaint(state, (same) => same)).toContain(said)
    expect(complaint(0 as unknown, () => new Map())).toContain('the state after step is a Map')
    expect(complaint(0, () => 0, { partition: () => new Map() })).toContain(
      'what partition returns',
    )
  })

  it('whose step returns nothing, or throws', () => {
    const nothing = (() => undefined) as unknown as () => number
    expect(complaint(0, nothing)).toBe(
      'step with {"f":"add","value":1} returns undefined: it must return the next state, or impossible',
    )
    const thrower = () => {
      throw new Error('no such f')
    }
    expect(complaint(0, thrower)).toContain('throws Error: no such f')
  })
})

describe('the text of plain data', () => {
  it('is the same exactly for what is equal', () => {
    const data = fc.anything({ maxDepth: 2, withBigInt: true })
    fc.assert(
      fc.property(data, data, (one, other) => {
        const equal = plainText(one, 'one') === plainText(other, 'other')
        let expected = true
        try {
          expect(one).toStrictEqual(other)
        } catch {
          expected = false
        }
        // Objects without a prototype are equal to those with one.
        if (
          !JSON.stringify([one, other], (_, v) => (typeof v === 'bigint' ? `${v}` : v))?.includes(
            '{',
          )
        ) {
          expect(equal).toBe(expected)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
