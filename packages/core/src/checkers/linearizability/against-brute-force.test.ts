import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeyValueCommand } from '../../machines/key-value-command.ts'
import type { History } from '../history.ts'
import { type KeyValueAction, keyValueModel, keyValueModelFrom } from './key-value-model.ts'
import { checkLinearizability } from './linearizability.ts'
import type { SequentialModel } from './model.ts'
import { registerModel } from './register-model.ts'
import { type ModelDefinition, sequentialModel } from './sequential-model.ts'
import {
  AppendObject,
  explains,
  isLinearizable,
  type QueueCommand,
  QueueObject,
  type QueueResult,
  RegisterObject,
  type SequentialObject,
  StoreObject,
} from './testing/brute-force.ts'
import { historiesOf, registerCommands } from './testing/random-history.ts'

const key = fc.constantFrom('a', 'a', 'ab', 'b')
const value = fc.constantFrom('1', '2', '3')
const optionalValue = fc.option(value, { nil: undefined })

function keyed(keys: fc.Arbitrary<string>): fc.Arbitrary<KeyValueCommand> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('get' as const), key: keys }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), key: keys, value }) },
    fc.record({ kind: fc.constant('delete' as const), key: keys }),
    fc.record({
      kind: fc.constant('compareAndSwap' as const),
      key: keys,
      expected: optionalValue,
      value,
    }),
  )
}

const ranges: fc.Arbitrary<KeyValueCommand> = fc.record({
  kind: fc.constant('range' as const),
  prefix: fc.constantFrom('', 'a', 'ab', 'b', 'c'),
  limit: fc.integer({ min: 1, max: 3 }),
})

const queue: ModelDefinition<readonly number[], QueueCommand, QueueResult> = {
  initial: [],
  step(state, command, result, impossible) {
    if (command.kind === 'enqueue') return [...state, command.value]
    const answer = state[0] ?? 'empty'
    return result === undefined || result === answer ? state.slice(1) : impossible
  },
}

const appendCommands: fc.Arbitrary<KeyValueAction> = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({
    kind: fc.constant('compareAndSwap' as const),
    key,
    expected: optionalValue,
    value,
  }),
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('put' as const), key, value }),
  fc.record({ kind: fc.constant('append' as const), key, value }),
)

/** The model without its partition, so that states of several keys are searched. */
function whole<Command, Result>(
  model: SequentialModel<Command, Result>,
): SequentialModel<Command, Result> {
  return { ...model, partition: (operations) => [{ name: 'everything', operations }] }
}

/** The history with only the first returns, up to `last` and with it or without. */
function until<Command, Result>(
  history: History<Command, Result>,
  last: number,
  including: boolean,
): History<Command, Result> {
  return history
    .filter((operation) => operation.call <= last)
    .map((operation) => {
      const returned = operation.return ?? Infinity
      const kept = returned < last || (including && returned === last)
      return kept ? operation : { ...operation, return: undefined, result: undefined }
    })
}

/** Compares the checker with brute force on random histories; both verdicts must be frequent. */
function compare<Command, Result>(
  commands: fc.Arbitrary<Command>,
  create: () => SequentialObject<Command, Result>,
  model: SequentialModel<Command, Result>,
): void {
  let linearizable = 0
  const runs = 2000
  fc.assert(
    fc.property(historiesOf(commands, create), (history) => {
      const expected = isLinearizable(history, create())
      if (expected) linearizable++
      const result = checkLinearizability(history, model)
      expect(result.verdict).toBe(expected ? 'linearizable' : 'violated')
      if (result.verdict === 'violated') {
        expect(result.certainty).toEqual({ kind: 'exact' })
        expect(explains(result.longestOrder, create())).toBe(true)
      }
    }),
    { numRuns: runs },
  )
  expect(linearizable).toBeGreaterThan(runs / 20)
  expect(linearizable).toBeLessThan((runs * 19) / 20)
}

describe('the verdict equals that of brute force on thousands of random histories', () => {
  it('of a register', () => {
    compare(registerCommands, () => new RegisterObject(), registerModel)
  })

  it('of one key', () => {
    compare(keyed(fc.constant('a')), () => new StoreObject(), keyValueModel)
  })

  it('of several keys', () => {
    compare(keyed(key), () => new StoreObject(), keyValueModel)
  })

  it('of several keys that are searched together', () => {
    compare(keyed(key), () => new StoreObject(), whole(keyValueModel))
  })

  it('with ranges', () => {
    const commands = fc.oneof(
      { weight: 3, arbitrary: keyed(key) },
      { weight: 2, arbitrary: ranges },
    )
    compare(commands, () => new StoreObject(), keyValueModel)
  })

  it('with appends, deletions and swaps', () => {
    compare(appendCommands, () => new AppendObject(undefined), keyValueModel)
    compare(appendCommands, () => new AppendObject(undefined), whole(keyValueModel))
  })

  it('with appends, where keys are the empty text at first', () => {
    const commands = appendCommands.filter(({ kind }) => kind !== 'delete')
    compare(commands, () => new AppendObject(''), whole(keyValueModelFrom('')))
  })

  it('of a queue, with a model of its own', () => {
    const commands: fc.Arbitrary<QueueCommand> = fc.oneof(
      fc.record({ kind: fc.constant('enqueue' as const), value: fc.nat(2) }),
      fc.record({ kind: fc.constant('dequeue' as const) }),
    )
    compare(commands, () => new QueueObject(), sequentialModel(queue))
  })
})

describe('the evidence of a violation', () => {
  it('is the first return with which brute force finds no order any more', () => {
    let violations = 0
    fc.assert(
      fc.property(
        historiesOf(registerCommands, () => new RegisterObject()),
        (history) => {
          const result = checkLinearizability(history, registerModel)
          if (result.verdict !== 'violated') return
          violations++
          const last = result.unplaced.return as number
          const before = until(history, last, false)
          expect(isLinearizable(before, new RegisterObject())).toBe(true)
          expect(isLinearizable(until(history, last, true), new RegisterObject())).toBe(false)
          for (const operation of before) {
            if (operation.return !== undefined)
              expect(result.longestOrder).toContainEqual(operation)
          }
        },
      ),
      { numRuns: 1000 },
    )
    expect(violations).toBeGreaterThan(100)
  })
})

describe('the states that were possible', () => {
  it('are those in which brute force can have another reader of the register', () => {
    let explained = 0
    fc.assert(
      fc.property(
        historiesOf(registerCommands, () => new RegisterObject()),
        (history) => {
          const result = checkLinearizability(history, registerModel)
          if (result.verdict !== 'violated' || result.unplaced.command.kind !== 'read') return
          const { unplaced } = result
          // Of several that return at the same time, any may count as the one that cannot be placed.
          if (history.some((one) => one !== unplaced && one.return === unplaced.return)) return
          explained++
          const before = until(history, unplaced.return as number, true)
          const values = [undefined, '1', '2', '3'].filter((value) => {
            const answer = { kind: 'read', value } as const
            const told = before.map((operation) =>
              operation === unplaced ? { ...operation, result: answer } : operation,
            )
            return isLinearizable(told, new RegisterObject())
          })
          const texts = values.map((value) => value ?? 'nothing')
          expect([...(result.possible?.states ?? [])].sort()).toEqual(texts.sort())
          expect(result.possible?.deadEnds).toEqual([])
          for (const state of result.statesInOrder) expect(texts).toContain(state)
        },
      ),
      { numRuns: 1000 },
    )
    expect(explained).toBeGreaterThan(100)
  })
})
