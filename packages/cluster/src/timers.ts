import { type Micros, microsPerMillisecond } from '@quorate/core/model'
import { monotonicMicros } from './monotonic-clock.ts'

interface Armed {
  /** When to fire; it may have moved since the wake-up was set. */
  deadline: Micros
  wakesAt: Micros
  wakeUp: NodeJS.Timeout | undefined
}

/** `setTimeout` takes no longer delays. */
const longestDelayMs = 2 ** 31 - 1

/**
 * Named timers on the machine's clock. To move a deadline back, as every heartbeat does, costs one
 * assignment: the wake-up that was set earlier finds that it is not time yet, and sets another.
 */
export class Timers {
  readonly #fire: (name: string) => void
  readonly #armed = new Map<string, Armed>()

  constructor(fire: (name: string) => void) {
    this.#fire = fire
  }

  set(name: string, deadline: Micros): void {
    let timer = this.#armed.get(name)
    if (timer === undefined) {
      timer = { deadline, wakesAt: deadline, wakeUp: undefined }
      this.#armed.set(name, timer)
    } else {
      timer.deadline = deadline
      if (timer.wakesAt <= deadline) return
    }
    this.#sleep(name, timer)
  }

  cancel(name: string): void {
    clearTimeout(this.#armed.get(name)?.wakeUp)
    this.#armed.delete(name)
  }

  cancelAll(): void {
    for (const name of this.#armed.keys()) this.cancel(name)
  }

  #sleep(name: string, timer: Armed): void {
    clearTimeout(timer.wakeUp)
    timer.wakesAt = timer.deadline
    const delayMs = Math.ceil((timer.deadline - monotonicMicros()) / microsPerMillisecond)
    timer.wakeUp = setTimeout(
      () => this.#wake(name, timer),
      Math.min(Math.max(0, delayMs), longestDelayMs),
    )
  }

  #wake(name: string, timer: Armed): void {
    if (timer.deadline > monotonicMicros()) {
      this.#sleep(name, timer)
      return
    }
    // After a pause of the process its timers are due before it has read what arrived meanwhile:
    // a follower would run for election over the heartbeats that wait in its sockets. Read them first.
    setImmediate(() => {
      if (this.#armed.get(name) !== timer) return
      if (timer.deadline > monotonicMicros()) {
        this.#sleep(name, timer)
        return
      }
      this.#armed.delete(name)
      this.#fire(name)
    })
  }
}
