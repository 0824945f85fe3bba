import type { Checker, Moment, NodeId, Violation } from '../../model/index.ts'
import type { Certificate, TendermintRecord } from './tendermint.messages.ts'
import type { Tendermint } from './tendermint.ts'

/** A vote that others, or the voter itself, have counted on. */
interface Counted {
  readonly certificate: Certificate
  /** When it was counted. */
  readonly event: number
}

/**
 * A vote by which somebody has locked or decided is never forgotten by its voter, whatever crashes,
 * before the voter knows the decision. Agreement rests on it, and fails much more rarely.
 */
export class VoteDurability implements Checker<Tendermint> {
  readonly property = 'vote durability'
  readonly kind = 'safety'
  violation: Violation | undefined
  /** Of each voter, those of the greatest height. */
  private readonly counted: Counted[][] = []

  recorded(_node: NodeId, record: unknown, moment: Moment): void {
    const certificate = certificateIn(record as TendermintRecord)
    if (certificate === undefined) return
    for (const { voter } of certificate.signatures) {
      const known = this.counted[voter]
      const height = known?.[0]?.certificate.height ?? -1
      if (certificate.height < height) continue
      const vote = { certificate, event: moment.event }
      if (known !== undefined && certificate.height === height) known.push(vote)
      else this.counted[voter] = [vote]
    }
  }

  restarted(id: NodeId, { height, ownVotes }: Tendermint, moment: Moment): void {
    for (const { certificate, event } of this.counted[id] ?? []) {
      const { type, round } = certificate
      if (certificate.height < height) continue
      const remembers = ownVotes.some((own) => own.type === type && own.round === round)
      if (certificate.height === height && remembers) continue
      this.violation ??= {
        property: this.property,
        message: `node ${id} came back without the ${type} of height ${certificate.height}, round ${round}, that was counted`,
        nodes: [id],
        events: [event, moment.event],
      }
    }
  }
}

function certificateIn(record: TendermintRecord): Certificate | undefined {
  switch (record.kind) {
    case 'lock':
    case 'valid':
      return record.polka
    case 'commit':
    case 'install':
      return record.commit.certificate
    default:
      return undefined
  }
}
