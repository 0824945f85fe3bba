import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History, Operation } from '../history.ts'
import { Cell } from './cell.ts'
import { type RegisterCommand, type RegisterResult, registerModel } from './register-model.ts'
import { isLinearizable, RegisterObject } from './testing/brute-force.ts'
import { historiesOf, registerCommands } from './testing/random-history.ts'
import { read, swap, write } from './testing/register-operations.ts'
import { checkWitness } from './witness.ts'
import { orderByZones } from './zones.ts'

type RegisterHistory = History<RegisterCommand, RegisterResult>

function decide(unsorted: RegisterHistory): 'order' | 'contradicted' | undefined {
  const history = unsorted.toSorted((a, b) => a.call - b.call)
  const cell = registerModel.specify(history) as Cell
  expect(cell).toBeInstanceOf(Cell)
  const decided = orderByZones(cell, history)
  if (decided === 'contradicted' || decided === undefined) return decided
  checkWitness(history, cell, decided)
  return 'order'
}

/** Compares with brute force. Returns how often there was an order, a contradiction, no decision. */
function compare(histories: fc.Arbitrary<RegisterHistory>, runs: number) {
  const counts = { order: 0, contradicted: 0, undecided: 0 }
  fc.assert(
    fc.property(histories, (history) => {
      const decided = decide(history)
      counts[decided ?? 'undecided']++
      if (decided !== undefined) {
        expect(decided === 'order').toBe(isLinearizable(history, new RegisterObject()))
      }
    }),
    { numRuns: runs },
  )
  return counts
}

/** Writes and swaps each of a value of its own; what reads and swaps look for is any of these. */
const distinct = fc
  .tuple(
    historiesOf(registerCommands, () => new RegisterObject()),
    fc.array(fc.nat(6), { minLength: 10, maxLength: 10 }),
    fc.boolean(),
  )
  .map(([history, drawn, withSwaps]): RegisterHistory => {
    const written = (number: number) => `${number}`
    const any = (number: number) => {
      const writer = (drawn[number] as number) % history.length
      return history[writer]?.command.kind === 'read' ? undefined : written(writer)
    }
    return history.map((operation, number): Operation<RegisterCommand, RegisterResult> => {
      const { command, result } = operation
      if (command.kind === 'read') {
        const found = { kind: 'read', value: any(number) } as const
        return result === undefined ? operation : { ...operation, result: found }
      }
      const value = written(number)
      if (command.kind === 'write' || !withSwaps) {
        const written = { kind: 'write' } as const
        return { ...operation, command: { kind: 'write', value }, result: result && written }
      }
      const swapped = { kind: 'compareAndSwap', swapped: true } as const
      const swap = { kind: 'compareAndSwap', expected: any(number), value } as const
      return { ...operation, command: swap, result: result && swapped }
    })
  })

describe('histories of which it is known who found what', () => {
  it('are decided without a search, as brute force decides them', () => {
    const { order, contradicted, undecided } = compare(distinct, 4000)
    expect(undecided).toBe(0)
    expect(Math.min(order, contradicted)).toBeGreaterThan(400)
  })

  it('may have thousands of operations at once, and open ones that nobody can tell from lost ones', () => {
    const clients = Array.from({ length: 3000 }, (_, client) => client)
    const writes = clients.map((client) => write(client, 0, 100, `${client}`))
    const open = clients.map((client) => write(3000 + client, 0, undefined, `open ${client}`))
    const reads = clients.map((client) => read(6000 + client, 0, 100, `open ${client}`))
    expect(decide([...writes, ...open, ...reads])).toBe('order')
    const again = [read(9000, 101, 102, '7'), read(9000, 103, 104, '8')]
    expect(decide([...writes, ...open, ...reads, ...again])).toBe('contradicted')
  })

  it('may have the same value again, where time leaves but one write', () => {
    const rounds = Array.from({ length: 100 }, (_, n) => [
      write(0, 10 * n, 10 * n + 4, `${n % 2}`),
      read(1, 10 * n + 5, 10 * n + 6, `${n % 2}`),
    ]).flat()
    expect(decide(rounds)).toBe('order')
    expect(decide([...rounds, read(2, 985, 986, '1')])).toBe('contradicted')
  })
})

describe('histories of which it is not known who found what', () => {
  it('are never decided wrongly', () => {
    const histories = historiesOf(registerCommands, () => new RegisterObject())
    const { order, contradicted, undecided } = compare(histories, 2000)
    expect(Math.min(order, contradicted, undecided)).toBeGreaterThan(50)
  })

  it('may be contradicted by the others', () => {
    const twice = [write(0, 0, 10, 'a'), write(1, 0, 10, 'a'), read(2, 0, 10, 'a')]
    const swaps = [
      write(3, 20, 21, 'b'),
      swap(4, 22, 25, ['b', 'c'], true),
      swap(5, 22, 25, ['b', 'd'], true),
    ]
    expect(decide(twice)).toBe(undefined)
    expect(decide([...twice, ...swaps])).toBe('contradicted')
  })
})
