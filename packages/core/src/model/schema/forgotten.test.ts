import { describe, expect, test } from 'vitest'
import { map, nodeSet } from './collections.ts'
import { list, option, struct, union } from './composites.ts'
import { FieldOperations } from './fields.ts'
import { checkNoFieldForgotten, checkNothingForgotten } from './forgotten.ts'
import { bytes, natural, text } from './scalars.ts'
import { shared } from './shared.ts'

const Entry = shared('Entry', { term: natural, body: option(bytes) })
const Message = union({ append: { entries: list(Entry), from: option(text) }, ping: {} })
const types = { votes: nodeSet, slots: map(natural, struct({ value: natural })), log: list(Entry) }

describe('a part that the schema does not say', () => {
  const fields = new FieldOperations(types)
  const state = (slot: object) => ({
    votes: new Set([2, 1]),
    slots: new Map([[7, slot]]),
    log: [Entry({ term: 1, body: Uint8Array.of(1) })],
  })

  test('is named by its place, deep inside a state', () => {
    checkNoFieldForgotten(fields, state({ value: 1 }))
    expect(() => checkNoFieldForgotten(fields, state({ value: 1, leader: 0 }))).toThrow(
      'the schema forgets state.slots[7].leader: declare it there, or do not keep it',
    )
  })

  test('is found beside the elements of a set or a map, and in a subclass of one', () => {
    class Counted extends Map<number, { value: number }> {
      reads = 0
    }
    const marked = Object.assign(new Set([1]), { first: 1 })
    const of = (more: object) => ({ ...state({ value: 1 }), ...more })
    expect(() => checkNoFieldForgotten(fields, of({ votes: marked }))).toThrow(
      'forgets state.votes.first',
    )
    expect(() => checkNoFieldForgotten(fields, of({ slots: new Counted() }))).toThrow(
      'forgets state.slots.reads',
    )
  })

  test('is found in messages, and where it is a function', () => {
    const append = { kind: 'append', entries: [], from: undefined } as const
    checkNothingForgotten(Message, append, 'message')
    const more = { ...append, hint: 3 }
    expect(() => checkNothingForgotten(Message, more, 'message')).toThrow('forgets message.hint')
    const closure = { kind: 'ping', later: () => {} } as const
    expect(() => checkNothingForgotten(Message, closure, 'message')).toThrow(
      'forgets message.later',
    )
  })
})
