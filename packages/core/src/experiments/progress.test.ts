import { describe, expect, test } from 'vitest'
import { Progress } from './progress.ts'

const second = 1_000_000
const clients = { property: 'progress', all: 3, some: 'clients', lack: 'had no answer' } as const

describe('progress', () => {
  test('holds once nobody waits, whatever else is the matter', () => {
    const progress = new Progress(5 * second)
    expect(progress.report(0, clients, second, 'an obstacle').held).toBe(true)
  })

  test('is undecided while something stands in the way, or the time is too short', () => {
    const progress = new Progress(5 * second)
    expect(progress.report(2, clients, second, 'an obstacle').undecided).toBe('an obstacle')
    expect(progress.report(2, clients, second, undefined).undecided).toBe(
      'the run ended before the last fault',
    )
    progress.mark(5 * second)
    expect(progress.report(2, clients, 64 * second, undefined).undecided).toBe(
      'the run ended too soon after the last fault: 2 of 3 clients had no answer',
    )
  })

  test('is violated by who waits longer than its bound', () => {
    const progress = new Progress(5 * second)
    progress.mark(5 * second)
    expect(progress.deadlineMicros).toBe(65 * second)
    expect(progress.report(2, clients, 65 * second, undefined)).toEqual({
      name: 'progress',
      kind: 'liveness',
      held: false,
      witness: {
        message: '2 of 3 clients had no answer within 1min after the last fault',
        nodes: [],
        events: [],
      },
    })
  })

  test('counts from the end of the last fault, also of one that comes later', () => {
    const progress = new Progress(5 * second)
    expect(progress.postpone(3 * second)).toBe(false)
    expect(progress.postpone(5 * second)).toBe(false)
    progress.mark(5 * second)
    expect([progress.sinceMicros, progress.marked]).toEqual([5 * second, true])
    expect(progress.postpone(9 * second)).toBe(true)
    expect([progress.sinceMicros, progress.marked]).toEqual([9 * second, false])
    expect(progress.deadlineMicros).toBe(69 * second)
  })
})
