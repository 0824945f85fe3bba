import {
  microsPerSecond,
  type ParameterValues,
  type Protocol,
  type Signature,
} from '../../model/index.ts'
import { tendermintAttacks } from './tendermint.attacks.ts'
import { tendermintBeyond } from './tendermint.beyond.ts'
import {
  tendermintCheckers,
  tendermintInvariants,
  tendermintProgress,
} from './tendermint.invariants.ts'
import type { TendermintCommand } from './tendermint.messages.ts'
import { tendermintMutants } from './tendermint.mutants.ts'
import { narrateTendermint } from './tendermint.narration.ts'
import {
  checkTendermintParameters,
  type tendermintParameters,
  usualTendermintParameters,
} from './tendermint.parameters.ts'
import { Tendermint } from './tendermint.ts'
import { tendermintVariety } from './tendermint.variety.ts'
import { tendermintWorlds } from './tendermint.worlds.ts'
import { maximumFaulty } from './voting-power.ts'

const noSignature: Signature = new Uint8Array(0)

const ask = (body: Uint8Array, signature = noSignature): TendermintCommand => ({
  kind: 'request',
  body,
  signature,
})

export const tendermint: Protocol<Tendermint> = {
  name: 'tendermint',
  title: 'Tendermint',
  summary:
    'Validators take turns to propose a block, and vote twice on it: a lock keeps what may be decided.',
  family: 'byzantine',
  shape: 'log',
  faults:
    'less than a third of the voting power does as it likes; others crash and recover; messages are lost, repeated, delayed and reordered',
  synchrony: 'partially synchronous',
  channels: 'lossy',
  crashes: 'recover',
  resilience: { bound: 'n > 3f', maximumFaulty },
  finality: 'immediate',
  roles: ['proposer', 'validator'],
  paper: {
    authors: 'Ethan Buchman, Jae Kwon and Zarko Milosevic',
    title: 'The latest gossip on BFT consensus',
    year: 2018,
  },
  usualNodes: 4,
  node: Tendermint,
  usualParameters: usualTendermintParameters,
  checkParameters: (parameters) =>
    checkTendermintParameters(parameters as ParameterValues<typeof tendermintParameters>),
  requests: {
    write: ask,
    read: (body, _lease, signature) => ask(body, signature),
  },
  clients: {
    asks: 'all',
    matchingReplies: (nodes) => maximumFaulty(nodes) + 1,
    signs: true,
  },
  // It reads no clock. Timeouts are spans, and grow until they are long enough, however fast clocks run.
  clocks: { largestJumpMicros: 60 * microsPerSecond, largestDriftPpm: 100_000 },
  roleOf: (node) =>
    node.proposer(node.height, node.round) === node.host.self ? 'proposer' : 'validator',
  leader: 'proposer',
  checkers: tendermintCheckers,
  invariants: tendermintInvariants,
  eventually: tendermintProgress,
  worlds: tendermintWorlds,
  mutants: tendermintMutants,
  attacks: tendermintAttacks,
  beyond: tendermintBeyond,
  variety: tendermintVariety,
  narrate: narrateTendermint,
}
