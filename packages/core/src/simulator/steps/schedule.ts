import type { Micros, NodeId } from '../../model/index.ts'
import { SendingCounter, sendingName } from './sendings.ts'
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
 * So taking a step off the list takes away that step and what only it brought about, and leaves all
 * the rest as it was: no latency is drawn, and no message has another name for it.
 */
export class Schedule {
  private readonly travels = new Map<string, Micros[]>()
  private readonly timeouts = new Map<string, Micros[]>()
  private readonly sendings = new SendingCounter()

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      switch (step.kind) {
        case 'ask':
          break // The clients' to do.
        case 'deliver': {
          const name = sendingName(step.message, step.from, step.to, step.sentMicros)
          listed(this.travels, `${name}#${step.nth}`).push(step.takesMicros)
          break
        }
        case 'answer': {
          const name = sendingName('answer', step.from, step.client, step.sentMicros)
          listed(this.travels, `${name}#${step.nth}`).push(step.takesMicros)
          break
        }
        case 'timeout':
          listed(this.timeouts, `${step.timer} ${step.node}`).push(step.atMicros)
      }
    }
    for (const times of this.timeouts.values()) times.sort((left, right) => left - right)
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
    const name = sendingName(kind, from, to, sentMicros)
    const travels = this.travels.get(`${name}#${this.sendings.next(name)}`) ?? []
    return travels.map((takes) => Math.max(leavesMicros, sentMicros + takes))
  }

  /** When a node's timer is to go off, in order. */
  timeoutsOf(node: NodeId, timer: string): readonly Micros[] {
    return this.timeouts.get(`${timer} ${node}`) ?? []
  }
}

function listed(lists: Map<string, Micros[]>, name: string): Micros[] {
  let list = lists.get(name)
  if (!list) {
    list = []
    lists.set(name, list)
  }
  return list
}
