import {
  type Checker,
  type CheckerContext,
  equalBytes,
  type Goal,
  type Invariant,
  type NodeId,
} from '../../model/index.ts'
import { CommittedCertificatesAgree, PreparedCertificatesAgree } from './certificates-agree.ts'
import type { Pbft } from './pbft.ts'

/** What the paper proves of its own certificates; what all logs promise is added by the protocol's shape. */
export function pbftCheckers(_context: CheckerContext): Checker<Pbft>[] {
  return [new PreparedCertificatesAgree(), new CommittedCertificatesAgree()]
}

/** Compares every two replicas' logs, sequence number by sequence number. */
function ofEveryTwo(
  property: string,
  conflict: (left: Pbft, right: Pbft, sequence: number) => boolean,
  what: string,
): Invariant<Pbft> {
  return {
    property,
    broken(nodes) {
      const living: readonly [NodeId, Pbft][] = [...nodes]
      for (const [i, [leftId, left]] of living.entries()) {
        const sequences = [...left.log.keys()].sort((one, other) => one - other)
        for (const [rightId, right] of living.slice(i + 1)) {
          const sequence = sequences.find((n) => conflict(left, right, n))
          if (sequence === undefined) continue
          return { nodes: [leftId, rightId], message: `${what} ${sequence}` }
        }
      }
      return undefined
    },
  }
}

const preparedCertificatesAgree = ofEveryTwo(
  'prepared certificates agree',
  (left, right, sequence) => {
    const one = left.log.get(sequence)?.prepared?.prePrepare
    const other = right.log.get(sequence)?.prepared?.prePrepare
    if (one === undefined || other === undefined || one.view !== other.view) return false
    return !equalBytes(one.digest, other.digest)
  },
  'in the same view they have prepared different batches for sequence number',
)

const committedCertificatesAgree = ofEveryTwo(
  'committed certificates agree',
  (left, right, sequence) => {
    const one = left.log.get(sequence)?.committed
    const other = right.log.get(sequence)?.committed
    return one !== undefined && other !== undefined && !equalBytes(one.digest, other.digest)
  },
  'they have committed different batches for sequence number',
)

/** The same as predicates over one moment, for the explorer. */
export const pbftInvariants: readonly Invariant<Pbft>[] = [
  preparedCertificatesAgree,
  committedCertificatesAgree,
]

/** Every correct replica executes a request. */
export const pbftProgress: Goal<Pbft> = {
  property: 'progress',
  reached: (nodes) => [...nodes.values()].every(({ executed }) => executed > 0),
}
