import { describe, expect, it } from 'vitest'
import { keyValueModel } from './key-value-model.ts'
import { checkLinearizability } from './linearizability.ts'
import { registerModel } from './register-model.ts'
import { plainRegister } from './testing/plain-register.ts'
import { read, swap, write } from './testing/register-operations.ts'

describe('more operations under way than a word has bits', () => {
  it('are told apart as well', () => {
    const first = write(0, 1, 2, 'a')
    const open = Array.from({ length: 31 }, () => ({
      ...swap(1, 4, 4, ['never', 'b'], true),
      return: undefined,
      result: undefined,
    }))
    const same = [write(2, 3, 20, 'a'), swap(3, 5, 20, ['a', 'a'], true)] as const
    // It cannot have failed: the register holds nothing else.
    const impossible = swap(4, 6, 10, ['a', 'b'], false)
    const history = [first, same[0], ...open, same[1], impossible]
    // After the first write: neither of the other two, one, both, or the other one.
    expect(checkLinearizability(history, plainRegister)).toMatchObject({
      verdict: 'violated',
      states: 4,
    })
  })
})

describe('anomalies of a register', () => {
  it('a stale read: a write had returned before it was called', () => {
    const history = [write(0, 1, 2, 'old'), write(0, 3, 4, 'new'), read(1, 5, 6, 'old')]
    expect(checkLinearizability(history, registerModel)).toEqual({
      verdict: 'violated',
      states: expect.any(Number),
      part: 'register',
      unplaced: history[2],
      longestOrder: [history[0], history[1]],
      isFirst: true,
      possible: { states: ['new'], deadEnds: [] },
      statesInOrder: ['new'],
      certainty: { kind: 'exact' },
    })
    // Had the write still been under way, the read could have come first.
    const overlapping = [write(0, 1, 2, 'old'), write(0, 3, 7, 'new'), read(1, 5, 6, 'old')]
    expect(checkLinearizability(overlapping, registerModel).verdict).toBe('linearizable')
  })

  it('reads that go back: the second of two finds the older value', () => {
    const history = [
      write(0, 1, 2, 'old'),
      write(0, 3, 9, 'new'),
      read(1, 4, 5, 'new'),
      read(2, 6, 7, 'old'),
    ]
    const result = checkLinearizability(history, registerModel)
    expect(result).toMatchObject({ verdict: 'violated', unplaced: history[3] })
  })

  it('a lost update: two swaps of the same value both succeed', () => {
    const history = [
      write(0, 1, 2, '0'),
      swap(1, 3, 5, ['0', '1'], true),
      swap(2, 4, 6, ['0', '2'], true),
    ]
    const result = checkLinearizability(history, registerModel)
    expect(result).toMatchObject({ verdict: 'violated', unplaced: history[2] })
    const fair = [history[0], history[1], swap(2, 4, 6, ['0', '2'], false)] as const
    expect(checkLinearizability(fair as never, registerModel).verdict).toBe('linearizable')
  })

  it('a write that timed out takes place twice', () => {
    const retried = write(0, 1, undefined, 'a')
    const between = [write(1, 2, 3, 'b'), read(1, 4, 5, 'b')]
    const once = [retried, ...between, read(1, 6, 7, 'a')]
    expect(checkLinearizability(once, registerModel).verdict).toBe('linearizable')
    const twice = [...once, write(1, 8, 9, 'b'), read(1, 10, 11, 'a')]
    const result = checkLinearizability(twice, registerModel)
    expect(result).toMatchObject({ verdict: 'violated', unplaced: twice[5] })
  })

  it('an operation takes place before it was called', () => {
    const history = [read(0, 1, 2, 'a'), write(1, 3, 4, 'a')]
    const result = checkLinearizability(history, registerModel)
    expect(result).toMatchObject({ verdict: 'violated', unplaced: history[0], longestOrder: [] })
  })
})

describe('appends', () => {
  it('may bring back a value that was replaced', () => {
    const append = (call: number) => ({
      client: 0,
      call,
      return: call,
      command: { kind: 'append', key: 'a', value: 'x' } as const,
      result: { kind: 'append' } as const,
    })
    const put = {
      client: 0,
      call: 2,
      return: 2,
      command: { kind: 'put', key: 'a', value: '' } as const,
      result: { kind: 'put' } as const,
    }
    const get = {
      client: 0,
      call: 4,
      return: 4,
      command: { kind: 'get', key: 'a' } as const,
      result: { kind: 'get', value: 'x' } as const,
    }
    const history = [append(1), put, append(3), get]
    expect(checkLinearizability(history, keyValueModel).verdict).toBe('linearizable')
    expect(checkLinearizability([append(1), put, get], keyValueModel).verdict).toBe('violated')
  })
})

describe('appends that nobody sees', () => {
  const keyed = (client: number, call: number, end: number) => ({ client, call, return: end })
  const append = (client: number, value: string) => ({
    ...keyed(client, 0, 10),
    command: { kind: 'append', key: 'a', value } as const,
    result: { kind: 'append' } as const,
  })
  const get = (call: number, found: string) => ({
    ...keyed(30, call, call + 1),
    command: { kind: 'get', key: 'a' } as const,
    result: { kind: 'get', value: found } as const,
  })
  const put = {
    ...keyed(31, 11, 12),
    command: { kind: 'put', key: 'a', value: 'put' } as const,
    result: { kind: 'put' } as const,
  }
  const many = Array.from({ length: 14 }, (_, client) => append(client, `${client} `))

  it('are not searched in every order', () => {
    const seen = checkLinearizability([...many, put, get(13, 'put')], keyValueModel)
    expect(seen.verdict).toBe('linearizable')
    const other = checkLinearizability([...many, put, get(13, 'other')], keyValueModel)
    expect(other).toMatchObject({ verdict: 'violated', certainty: { kind: 'exact' } })
    const order = '3 1 0 2 5 4 9 8 7 6 13 12 11 10 '
    expect(checkLinearizability([...many, get(11, order)], keyValueModel).verdict).toBe(
      'linearizable',
    )
    const twice = checkLinearizability([...many, get(11, `${order}3 `)], keyValueModel)
    expect(twice.verdict).toBe('violated')
    for (const { states } of [seen, other, twice]) expect(states).toBeLessThan(50_000)
  })
})

describe('operations without an answer', () => {
  it('may take place at any later time, or never', () => {
    const open = write(0, 1, undefined, 'a')
    for (const seen of [
      [undefined, undefined],
      [undefined, 'a'],
      ['a', 'a'],
    ]) {
      const reads = seen.map((value, index) => read(1, 2 + 2 * index, 3 + 2 * index, value))
      expect(checkLinearizability([open, ...reads], registerModel).verdict).toBe('linearizable')
    }
    const undone = [open, read(1, 2, 3, 'a'), read(1, 4, 5, undefined)]
    expect(checkLinearizability(undone, registerModel).verdict).toBe('violated')
  })

  it('are taken in any number, each once', () => {
    const open = [1, 2, 3].map((call) => write(call, call, undefined, `${call % 2}`))
    const reads = ['1', '0', '1'].map((value, index) =>
      read(9, 10 + index * 2, 11 + index * 2, value),
    )
    expect(checkLinearizability([...open, ...reads], registerModel).verdict).toBe('linearizable')
    const again = [...open, ...reads, read(9, 20, 21, '0')]
    expect(checkLinearizability(again, registerModel).verdict).toBe('violated')
  })

  it('alone are linearizable, as is no operation at all', () => {
    expect(checkLinearizability([write(0, 1, undefined, 'a')], registerModel).verdict).toBe(
      'linearizable',
    )
    expect(checkLinearizability([], registerModel)).toEqual({
      verdict: 'linearizable',
      states: 0,
      orders: [],
    })
  })
})

describe('the order of time', () => {
  it('counts operations as overlapping that end and begin at the same time', () => {
    const history = [write(0, 1, 3, 'a'), read(1, 3, 4, undefined)]
    expect(checkLinearizability(history, registerModel).verdict).toBe('linearizable')
  })

  it('does not depend on the order in which operations are listed', () => {
    const history = [read(1, 5, 6, 'new'), write(0, 3, 4, 'new'), write(0, 1, 2, 'old')]
    expect(checkLinearizability(history, registerModel).verdict).toBe('linearizable')
  })
})

describe('what cannot be a history', () => {
  it('is refused: a return before the call, a result without a return, a result of another command', () => {
    expect(() => checkLinearizability([write(0, 5, 4, 'a')], registerModel)).toThrow(
      'operation 0 returns at 4, before its call at 5',
    )
    const answered = { ...write(0, 1, 2, 'a'), return: undefined }
    expect(() => checkLinearizability([answered], registerModel)).toThrow(
      'operation 0 has only one of return time and result',
    )
    const crossed = { ...write(0, 1, 2, 'a'), result: { kind: 'read', value: 'a' } as const }
    expect(() => checkLinearizability([crossed], registerModel)).toThrow(
      'a write cannot have the result of a read',
    )
  })
})
