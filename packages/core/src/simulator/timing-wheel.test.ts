import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TimingWheel } from './timing-wheel.ts'

/** The same queue, written for clarity alone: a list, searched for the least (time, sequence). */
class SortedList {
  time = 0
  private sequence = 0
  private items: { time: number; sequence: number; id: number; timer: boolean }[] = []

  schedule(time: number, id: number): void {
    this.items.push({ time, sequence: this.sequence++, id, timer: false })
  }

  cancel(id: number): boolean {
    return this.remove((item) => !item.timer && item.id === id)
  }

  setTimer(id: number, deadline: number): void {
    this.cancelTimer(id)
    this.items.push({ time: deadline, sequence: this.sequence++, id, timer: true })
  }

  cancelTimer(id: number): void {
    this.remove((item) => item.timer && item.id === id)
  }

  pop(limit: number): string {
    this.items.sort((x, y) => x.time - y.time || x.sequence - y.sequence)
    const [first] = this.items
    if (first === undefined || first.time > limit) {
      this.time = Math.max(this.time, limit)
      return `nothing by ${this.time}, ${this.items.length} pending`
    }
    this.items.shift()
    this.time = first.time
    return `${first.timer ? 'timer' : 'event'} ${first.id} at ${first.time}, ${this.items.length} pending`
  }

  private remove(matches: (item: { id: number; timer: boolean }) => boolean): boolean {
    const index = this.items.findIndex(matches)
    if (index >= 0) this.items.splice(index, 1)
    return index >= 0
  }
}

const eventKind = 1
const timerKind = 2
const timers = 4

type Step =
  | { do: 'schedule'; delay: number }
  | { do: 'cancel'; which: number }
  | { do: 'setTimer'; timer: number; delay: number }
  | { do: 'cancelTimer'; timer: number }
  | { do: 'pop'; within: number }

/** Delays at every level of the wheel, at and around the borders between levels, and equal ones. */
const delay = fc.oneof(
  fc.constantFrom(
    0,
    1,
    1023,
    1024,
    1025,
    2 ** 20 - 1,
    2 ** 20,
    2 ** 30 - 1,
    2 ** 30,
    2 ** 40,
    2 ** 50,
  ),
  fc.nat(3),
  fc.nat(5_000),
  fc.nat(3_000_000),
  fc.integer({ min: 0, max: 2 ** 45 }),
)
const timer = fc.nat(timers - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('schedule' as const), delay }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('setTimer' as const), timer, delay }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancelTimer' as const), timer }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pop' as const), within: delay }) },
)

/** Does the same to the wheel and to the list, and compares all that each of them shows. */
function compare(steps: readonly Step[]): void {
  const wheel = new TimingWheel()
  const list = new SortedList()
  const handles: number[] = []
  for (let id = 0; id < timers; id++) wheel.addTimer(timerKind, id, 0, 0, undefined)
  const pop = (limit: number): void => {
    const popped = wheel.pop(limit)
      ? `${wheel.kind === timerKind ? 'timer' : 'event'} ${wheel.node} at ${wheel.time}, ${wheel.pending} pending`
      : `nothing by ${wheel.time}, ${wheel.pending} pending`
    expect(popped).toBe(list.pop(limit))
  }
  const after = (delay: number): number => Math.min(wheel.time + delay, Number.MAX_SAFE_INTEGER)
  for (const step of steps) {
    switch (step.do) {
      case 'schedule': {
        const time = after(step.delay)
        list.schedule(time, handles.length)
        handles.push(wheel.schedule(time, eventKind, handles.length, 0, 0, undefined))
        break
      }
      case 'cancel': {
        const handle = handles[step.which]
        if (handle !== undefined) expect(wheel.cancel(handle)).toBe(list.cancel(step.which))
        break
      }
      case 'setTimer':
        wheel.setTimer(step.timer, after(step.delay))
        list.setTimer(step.timer, after(step.delay))
        break
      case 'cancelTimer':
        wheel.cancelTimer(step.timer)
        list.cancelTimer(step.timer)
        break
      case 'pop':
        pop(after(step.within))
    }
  }
  while (wheel.pending > 0) pop(Number.MAX_SAFE_INTEGER)
  pop(Number.MAX_SAFE_INTEGER)
}

function popped(wheel: TimingWheel): string[] {
  const seen: string[] = []
  while (wheel.pop()) seen.push(`${wheel.payload}@${wheel.time}`)
  return seen
}

describe('a timing wheel', () => {
  test('does what a sorted list does, whatever is scheduled, cancelled, armed and popped', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => compare(steps)),
      { numRuns: 500 },
    )
  })

  test('shows an event as it was scheduled', () => {
    const wheel = new TimingWheel()
    const payload = { text: 'hello' }
    wheel.schedule(17, 3, 5, -7, 2_000_000_000, payload)
    expect(wheel.pop()).toBe(true)
    const { time, kind, node, a, b } = wheel
    expect({ time, kind, node, a, b }).toEqual({
      time: 17,
      kind: 3,
      node: 5,
      a: -7,
      b: 2_000_000_000,
    })
    expect(wheel.payload).toBe(payload)
  })

  test('keeps the order of scheduling among ten thousand events of one time, though they come from three levels', () => {
    const wheel = new TimingWheel()
    const time = 5_000_000
    const schedule = (count: number): void => {
      for (let i = 0; i < count; i++) wheel.schedule(time, 1, next++, 0, 0, 'event')
    }
    let next = 0
    schedule(4_000)
    wheel.pop(time - 2_000)
    schedule(3_000)
    wheel.pop(time - 2)
    schedule(3_000)
    for (let i = 0; i < 10_000; i++) {
      expect(wheel.pop()).toBe(true)
      if (wheel.node !== i || wheel.time !== time) expect.fail(`event ${wheel.node} in place ${i}`)
    }
    expect(wheel.pop()).toBe(false)
  })

  test('lets a timer that was moved fire once, at its last deadline, in the order of its last arming', () => {
    const wheel = new TimingWheel()
    const timer = wheel.addTimer(timerKind, 0, 0, 0, 'timer')
    wheel.setTimer(timer, 10)
    wheel.schedule(50, eventKind, 0, 0, 0, 'before')
    wheel.setTimer(timer, 50)
    wheel.schedule(50, eventKind, 0, 0, 0, 'after')
    wheel.schedule(30, eventKind, 0, 0, 0, 'early')
    expect(wheel.deadlineOf(timer)).toBe(50)
    expect(wheel.pending).toBe(4)
    expect(popped(wheel)).toEqual(['early@30', 'before@50', 'timer@50', 'after@50'])
    expect(wheel.deadlineOf(timer)).toBeUndefined()
  })

  test('takes what is scheduled between a limit that was reached and the event that lay past it', () => {
    const wheel = new TimingWheel()
    wheel.schedule(70_000_000, eventKind, 0, 0, 0, 'late')
    wheel.schedule(70_000_001, eventKind, 0, 0, 0, 'later')
    expect(wheel.pop(60_000_000)).toBe(false)
    expect(wheel.time).toBe(60_000_000)
    wheel.schedule(61_000_000, eventKind, 0, 0, 0, 'new')
    expect(popped(wheel)).toEqual(['new@61000000', 'late@70000000', 'later@70000001'])
  })

  test('does not let a handle cancel another event that came to lie in the same place', () => {
    const wheel = new TimingWheel()
    const first = wheel.schedule(1, eventKind, 0, 0, 0, 'first')
    expect(wheel.cancel(first)).toBe(true)
    const second = wheel.schedule(1, eventKind, 0, 0, 0, 'second')
    expect(wheel.cancel(first)).toBe(false)
    expect(wheel.cancel(second)).toBe(true)
    expect(wheel.pop()).toBe(false)
  })

  test('refuses the past, fractions and what is no number', () => {
    const wheel = new TimingWheel()
    const timer = wheel.addTimer(timerKind, 0, 0, 0, undefined)
    wheel.pop(100)
    for (const time of [99, 100.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => wheel.schedule(time, 1, 0, 0, 0, undefined)).toThrow(/integer of microseconds/)
      expect(() => wheel.setTimer(timer, time)).toThrow(/from 100 \(now\)/)
    }
    expect(wheel.pending).toBe(0)
  })
})
