import type { AnyNodeClass, Mutant, Protocol } from '../model/index.ts'
import { benOr } from './ben-or/ben-or.protocol.ts'
import { byzantineBenOr } from './ben-or/byzantine-ben-or.protocol.ts'
import { byzantineGenerals } from './byzantine-generals/oral-generals.protocol.ts'
import { signedGenerals } from './byzantine-generals/signed-generals.protocol.ts'
import { dls } from './dls/dls.protocol.ts'
import { failureDetector } from './failure-detector/failure-detector.protocol.ts'
import { perfectFailureDetector } from './failure-detector/perfect-failure-detector.protocol.ts'
import { hotstuff } from './hotstuff/hotstuff.protocol.ts'
import { lamportClocks } from './logical-clocks/lamport-clocks.protocol.ts'
import { vectorClocks } from './logical-clocks/vector-clocks.protocol.ts'
import { multiPaxos } from './multi-paxos/multi-paxos.protocol.ts'
import { nakamoto } from './nakamoto/nakamoto.protocol.ts'
import { paxos } from './paxos/paxos.protocol.ts'
import { pbft } from './pbft/pbft.protocol.ts'
import { raft } from './raft/raft.protocol.ts'
import { tendermint } from './tendermint/tendermint.protocol.ts'

/** Every protocol there is: adding one adds its folder and its line here. */
export const catalogue: readonly Protocol[] = [
  lamportClocks,
  vectorClocks,
  perfectFailureDetector,
  failureDetector,
  paxos,
  multiPaxos,
  raft,
  benOr,
  byzantineBenOr,
  byzantineGenerals,
  signedGenerals,
  dls,
  pbft,
  tendermint,
  hotstuff,
  nakamoto,
]

export function protocolNamed(name: string): Protocol | undefined {
  return catalogue.find((protocol) => protocol.name === name)
}

/** A protocol as a run names it: `raft`, or with a planted bug, `raft+vote-not-persisted`. */
export interface Variant {
  readonly protocol: Protocol
  readonly mutant: Mutant | undefined
  readonly node: AnyNodeClass
}

/** @throws RangeError with one line that says which names there are */
export function variantNamed(name: string): Variant {
  const [protocolName = '', mutantName, extra] = name.split('+')
  const protocol = protocolNamed(protocolName)
  if (!protocol || extra !== undefined) {
    const names = catalogue.map((known) => known.name).join(', ')
    throw new RangeError(`unknown protocol '${name}': the protocols are ${names}`)
  }
  if (mutantName === undefined) return { protocol, mutant: undefined, node: protocol.node }
  const mutant = protocol.mutants.find((known) => known.name === mutantName)
  if (!mutant) {
    const names = protocol.mutants.map((known) => `${protocol.name}+${known.name}`).join(', ')
    throw new RangeError(`unknown planted bug '${name}': there are ${names}`)
  }
  return { protocol, mutant, node: mutant.node }
}
