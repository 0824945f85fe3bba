import type { Micros, NodeId } from '../../model/index.ts'
import type { Step } from './step.ts'

/**
 * The steps of a run, listed: these messages and answers arrive, these timers go off, and nothing
 * else. What is not listed is withheld:
 * - a message or an answer is still on its way when the run ends. Where nothing bounds the time that
 *   a message may take, that is a run of the model like any other, in which whatever must never
 *   happen must not happen; what must happen at last is not to be asked of it.
 * - a timer has not gone off yet, as that of a process that was not scheduled for so long; and none
 *   goes off before it is due.
 *
 * What nodes draw is listed too; what is not is 0, for one value is as good as another, and with the
 * least of all a timer whose time is drawn is due before it is to go off, whatever was drawn once.
 *
 * So taking a step off the list takes away that step and what only it brought about, and leaves all
 * the rest as it was: no latency is drawn, and no message has another name for it.
 */
export class Schedule {
  /** What arrives, by when it was sent: most is not listed, which its time alone tells. */
  private readonly sendings = new Map<Micros, Sending[]>()
  private readonly timeouts = new Map<string, Micros[]>()
  /** What each step is still to draw. */
  private readonly draws = new Map<string, number[]>()

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      switch (step.kind) {
        case 'ask':
          break // The clients' to do.
        case 'deliver':
          this.list(step, { kind: step.message, from: step.from, to: step.to })
          break
        case 'answer':
          this.list(step, { kind: answerKind, from: step.from, to: step.client })
          break
        case 'draw':
          this.draws.set(drawName(step.node, step.atMicros), [...step.values])
          break
        case 'timeout': {
          const name = timerName(step.node, step.timer)
          const others = this.timeouts.get(name)
          if (others) others.push(step.atMicros)
          else this.timeouts.set(name, [step.atMicros])
        }
      }
    }
    for (const times of this.timeouts.values()) times.sort((left, right) => left - right)
  }

  private list(
    { sentMicros, takesMicros, nth }: Extract<Step, { readonly kind: 'deliver' | 'answer' }>,
    what: Pick<Sending, 'kind' | 'from' | 'to'>,
  ): void {
    const ofTime = this.sendings.get(sentMicros) ?? []
    this.sendings.set(sentMicros, ofTime)
    let sending = ofTime.find((other) => isSame(other, what.kind, what.from, what.to))
    if (!sending) {
      sending = { ...what, sent: 0, arrivals: [] }
      ofTime.push(sending)
    }
    sending.arrivals.push({ nth, takesMicros })
  }

  /**
   * When the copies of one message, or of one answer, arrive: none where it is withheld.
   * @param sentMicros when the step was that sent it
   * @param leavesMicros when it leaves its sender: it does not arrive before
   */
  arrivals(
    kind: string,
    from: NodeId,
    to: number,
    sentMicros: Micros,
    leavesMicros: Micros,
  ): readonly Micros[] {
    for (const sending of this.sendings.get(sentMicros) ?? nothing) {
      if (!isSame(sending, kind, from, to)) continue
      sending.sent++
      return sending.arrivals
        .filter(({ nth }) => nth === sending.sent)
        .map(({ takesMicros }) => Math.max(leavesMicros, sentMicros + takesMicros))
    }
    return nothing
  }

  /** What a node draws next in its step of a time. */
  draw(node: NodeId, atMicros: Micros): number {
    if (this.draws.size === 0) return 0
    return this.draws.get(drawName(node, atMicros))?.shift() ?? 0
  }

  /** When a node's timer is to go off, in order. */
  timeoutsOf(node: NodeId, timer: string): readonly Micros[] {
    return this.timeouts.get(timerName(node, timer)) ?? nothing
  }
}

/** The kind of what goes to a client. */
const answerKind = 'answer'
const nothing: readonly never[] = []

/** What is listed of the messages of one kind that are sent on one link at one time. */
interface Sending {
  readonly kind: string
  readonly from: NodeId
  readonly to: number
  /** How many were sent so far. */
  sent: number
  readonly arrivals: { readonly nth: number; readonly takesMicros: Micros }[]
}

function isSame(sending: Sending, kind: string, from: NodeId, to: number): boolean {
  return sending.from === from && sending.to === to && sending.kind === kind
}

function drawName(node: NodeId, atMicros: Micros): string {
  return `${node} ${atMicros}`
}

function timerName(node: NodeId, timer: string): string {
  return `${timer} ${node}`
}
