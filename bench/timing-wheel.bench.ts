/**
 * The simulator's event queue against a binary heap over the same columns, in millions of events a
 * second. One event is taken out and another put in, as in a run whose load is steady; with timers,
 * one event in two also moves a timer, as a heartbeat moves an election timeout.
 */
import { Random } from '../packages/core/src/model/random.ts'
import { TimingWheel } from '../packages/core/src/simulator/timing-wheel.ts'

const capacity = 1 << 20

/** A heap of column indices. A timer that moves leaves its old entry behind, to be dropped when it comes up. */
class BinaryHeap {
  time = 0
  kind = 0
  node = 0
  private readonly heap = new Int32Array(capacity)
  private readonly times = new Float64Array(capacity)
  private readonly sequences = new Float64Array(capacity)
  private readonly kinds = new Int32Array(capacity)
  private readonly nodes = new Int32Array(capacity)
  private readonly timers = new Int32Array(capacity)
  private readonly payloads: unknown[] = []
  private readonly free: number[] = []
  private readonly armings: number[] = []
  private size = 0
  private entries = 0
  private nextSequence = 0

  addTimer(): number {
    return this.armings.push(-1) - 1
  }

  setTimer(timer: number, deadline: number): void {
    this.armings[timer] = this.nextSequence
    this.push(deadline, timerKind, timer, timer, undefined)
  }

  schedule(
    time: number,
    kind: number,
    node: number,
    _a: number,
    _b: number,
    payload: unknown,
  ): void {
    this.push(time, kind, node, -1, payload)
  }

  pop(): boolean {
    while (this.size > 0) {
      const entry = this.take()
      const timer = this.timers[entry] as number
      if (timer >= 0 && this.armings[timer] !== this.sequences[entry]) continue
      this.time = this.times[entry] as number
      this.kind = this.kinds[entry] as number
      this.node = this.nodes[entry] as number
      this.payloads[entry] = undefined
      return true
    }
    return false
  }

  private push(time: number, kind: number, node: number, timer: number, payload: unknown): void {
    const entry = this.free.pop() ?? this.entries++
    this.times[entry] = time
    this.sequences[entry] = this.nextSequence++
    this.kinds[entry] = kind
    this.nodes[entry] = node
    this.timers[entry] = timer
    this.payloads[entry] = payload
    let place = this.size++
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = this.heap[parent] as number
      if (!this.isBefore(entry, above)) break
      this.heap[place] = above
      place = parent
    }
    this.heap[place] = entry
  }

  private take(): number {
    const first = this.heap[0] as number
    const last = this.heap[--this.size] as number
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= this.size) break
      const right = child + 1
      if (
        right < this.size &&
        this.isBefore(this.heap[right] as number, this.heap[child] as number)
      ) {
        child = right
      }
      if (!this.isBefore(this.heap[child] as number, last)) break
      this.heap[place] = this.heap[child] as number
      place = child
    }
    this.heap[place] = last
    this.free.push(first)
    return first
  }

  private isBefore(one: number, other: number): boolean {
    const difference = (this.times[one] as number) - (this.times[other] as number)
    if (difference !== 0) return difference < 0
    return (this.sequences[one] as number) < (this.sequences[other] as number)
  }
}

type Queue = Pick<TimingWheel, 'time' | 'kind' | 'node' | 'pop' | 'setTimer' | 'addTimer'> & {
  schedule(
    time: number,
    kind: number,
    node: number,
    a: number,
    b: number,
    payload: unknown,
  ): unknown
}

const messageKind = 0
const timerKind = 1
const events = 1_000_000
const repetitions = 5
/** A message takes up to 2 ms; an election timeout is 150 ms. */
const longestDelayMicros = 2_000
const timeoutMicros = 150_000

/** Events a second, with so many messages under way and a timer for each tenth of them. */
function measure(queue: Queue, pending: number, withTimers: boolean): number {
  const random = new Random(1)
  const payload = { text: 'a message' }
  const timers = Math.max(1, Math.floor(pending / 10))
  for (let timer = 0; timer < timers; timer++) queue.addTimer(timerKind, timer, 0, 0, undefined)
  for (let i = 0; i < pending; i++) {
    queue.schedule(random.below(longestDelayMicros), messageKind, i, 0, 0, payload)
  }
  const begun = process.cpuUsage().user
  for (let i = 0; i < events; i++) {
    queue.pop()
    if (queue.kind === timerKind) continue
    const time = queue.time + random.below(longestDelayMicros)
    queue.schedule(time, messageKind, queue.node, 0, 0, payload)
    if (withTimers && (i & 1) === 0) queue.setTimer(queue.node % timers, queue.time + timeoutMicros)
  }
  return (events * 1_000_000) / (process.cpuUsage().user - begun)
}

/** The two in turn, so that a busy machine is busy for both; the best of several. */
function compare(pending: number, withTimers: boolean): void {
  let wheel = 0
  let heap = 0
  for (let i = 0; i < repetitions; i++) {
    wheel = Math.max(wheel, measure(new TimingWheel(), pending, withTimers))
    heap = Math.max(heap, measure(new BinaryHeap() as unknown as Queue, pending, withTimers))
  }
  const million = (rate: number): string => (rate / 1e6).toFixed(1).padStart(6)
  const what = `${pending} pending${withTimers ? ', timers moved' : ''}`.padEnd(30)
  const ratio = (wheel / heap).toFixed(1)
  process.stdout.write(`${what}  wheel ${million(wheel)}  heap ${million(heap)}  ratio ${ratio}\n`)
}

for (const pending of [10, 1_000, 100_000]) {
  compare(pending, false)
  compare(pending, true)
}
