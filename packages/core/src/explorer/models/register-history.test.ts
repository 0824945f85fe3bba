import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '../history.ts'
import { registerHistory, timed } from './register-history.ts'

/** What a client does next: whoever has asked is answered, whoever has not asks. */
const moves = fc.array(fc.nat(2), { maxLength: 14 })

const nothing = { received: undefined, sent: [], outputs: [], replies: [] } as const

function asks(node: number, value: string): Observation {
  const message = { kind: 'put', request: 1, value }
  return { ...nothing, node, sent: [{ from: node, to: 9, message }] }
}

function isAnswered(node: number): Observation {
  return {
    ...nothing,
    node,
    received: { from: 9, to: node, message: { kind: 'putOk', request: 1 } },
  }
}

interface Timed {
  readonly value: string
  readonly call: number
  readonly return: number | undefined
}

function precedences(operations: readonly Timed[]): string[] {
  return operations
    .flatMap((one) =>
      operations
        .filter((other) => one.return !== undefined && one.return < other.call)
        .map((other) => `${one.value} before ${other.value}`),
    )
    .sort()
}

test('what was over before what began is what it was, and no client sees another order', () => {
  fc.assert(
    fc.property(moves, (clients) => {
      let history = registerHistory.initial
      const truth = new Map<string, { value: string; call: number; return: number | undefined }>()
      const open = new Map<number, string>()
      for (const [time, client] of clients.entries()) {
        const value = open.get(client)
        if (value === undefined) {
          open.set(client, String(time))
          truth.set(String(time), { value: String(time), call: time, return: undefined })
          history = registerHistory.after(history, asks(client, String(time)))
        } else {
          open.delete(client)
          truth.set(value, { value, call: truth.get(value)?.call ?? 0, return: time })
          history = registerHistory.after(history, isAnswered(client))
        }
      }
      const rebuilt = timed(history).map(({ call, command, return: over }) => ({
        value: String(command.kind === 'write' ? command.value : ''),
        call,
        return: over,
      }))
      expect(rebuilt).toHaveLength(truth.size)
      expect(precedences(rebuilt)).toEqual(precedences([...truth.values()]))
      const isOpen = (one: Timed): boolean => one.return === undefined
      expect(rebuilt.filter(isOpen).length).toBe(open.size)
    }),
  )
})

test('a client that asks twice at once, or is answered what it did not ask, is no register', () => {
  const { initial, after, always } = registerHistory
  const twice = after(after(initial, asks(3, 'A')), asks(3, 'B'))
  const unasked = after(initial, isAnswered(3))
  for (const history of [twice, unasked]) {
    expect(always[0]?.broken(history)?.message).toBe('a client was answered what it had not asked')
  }
})
