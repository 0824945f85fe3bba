import {
  type Checker,
  decode,
  type Moment,
  type NodeId,
  type Outcome,
  type RequestId,
  text,
  type Violation,
} from '../../../model/index.ts'

/**
 * Linearizability of a journal, which tells how many writes it holds: an operation that begins after
 * another was answered must see at least what that one saw, and a write one more.
 */
export class ReadYourPast implements Checker {
  readonly property = 'linearizability'
  readonly kind = 'safety'
  violation: Violation | undefined
  private answered = 0
  private readonly floors = new Map<string, number>()

  /** A client begins an operation; a retry belongs to the first attempt. */
  asked(request: RequestId): void {
    this.floors.set(`${request.client}.${request.sequence}`, this.answered)
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome, moment: Moment): void {
    const floor = this.floors.get(`${request.client}.${request.sequence}`)
    if (outcome.kind !== 'done' || floor === undefined) return
    const result = decode(text, outcome.result)
    const isWrite = /^\d+$/.test(result)
    const count = isWrite ? Number(result) : result.split(' ').filter((line) => line !== '').length
    if (count < floor + (isWrite ? 1 : 0)) {
      this.violation ??= {
        property: this.property,
        message: `node ${node} answered ${request.client}.${request.sequence} from ${count} writes, though ${floor} had been answered before`,
        nodes: [node],
        events: [moment.event],
      }
    }
    this.answered = Math.max(this.answered, count)
  }
}
