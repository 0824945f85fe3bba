import type { NodeId } from '../model/identity.ts'

/** A timer that is not armed. */
export const unarmed = -1

/**
 * A configuration in the sense of Fischer, Lynch and Paterson (1985, section 2): the state of every
 * process, and the message buffer. Beside them, how long each message has been waiting.
 *
 * States and messages are places in the tables of the system that they belong to. It is changed in
 * place by taking steps; whoever wants to go back takes a copy first.
 */
export class Configuration {
  /** What each process proposes: the place of its value. */
  readonly proposals: readonly number[]
  /** The state of each process. */
  readonly locals: number[]
  /** The message buffer, oldest first, and at which step each was sent. */
  readonly messages: number[]
  readonly sentAt: number[]
  /** Of each process, of each timer: since which step it has been armed, or `unarmed`. */
  readonly armedAt: number[][]
  /** What each process has decided: the place of the value; undefined before. */
  readonly decisions: (number | undefined)[]
  /** How many steps have led here. */
  steps: number

  constructor(
    proposals: readonly number[],
    locals: number[],
    messages: number[],
    sentAt: number[],
    armedAt: number[][],
    decisions: (number | undefined)[],
    steps: number,
  ) {
    this.proposals = proposals
    this.locals = locals
    this.messages = messages
    this.sentAt = sentAt
    this.armedAt = armedAt
    this.decisions = decisions
    this.steps = steps
  }

  copy(): Configuration {
    return new Configuration(
      this.proposals,
      this.locals.slice(),
      this.messages.slice(),
      this.sentAt.slice(),
      this.armedAt.map((timers) => timers.slice()),
      this.decisions.slice(),
      this.steps,
    )
  }

  /** What some process has decided; undefined while none has. */
  get decision(): number | undefined {
    return this.decisions.find((decision) => decision !== undefined)
  }

  /** Two processes that have decided differently, if there are. */
  get disagreement(): readonly [NodeId, NodeId] | undefined {
    const { decision, decisions } = this
    const first = decisions.indexOf(decision)
    const second = decisions.findIndex((other) => other !== undefined && other !== decision)
    return second < 0 ? undefined : [first, second]
  }

  /** Takes the oldest of equal messages out of the buffer. */
  remove(message: number): void {
    const at = this.messages.indexOf(message)
    if (at < 0) throw new RangeError(`message ${message} is not in the buffer`)
    this.messages.splice(at, 1)
    this.sentAt.splice(at, 1)
  }
}
