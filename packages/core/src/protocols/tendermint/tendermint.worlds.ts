import type { CheckWorld } from '../../model/index.ts'

const commands = [
  { write: 'a', node: 0 },
  { write: 'b', node: 1 },
] as const

/** One height, whose proposals, prevotes and precommits may all be timed out twice, up to this round. */
export function rounds(nodes: number, last: number): CheckWorld {
  return {
    name: `${nodes} validators, two requests, one height in rounds 0 to ${last}`,
    nodes,
    commands,
    opening: 'settled',
    bounds: { timeouts: { propose: 2, prevote: 2, precommit: 2 } },
    atMost: { height: 1, round: last },
  }
}

/** Heights and rounds: every order of votes and timeouts. */
export const tendermintWorlds: readonly CheckWorld[] = [
  {
    name: 'three validators, a request, one height without timeouts',
    nodes: 3,
    commands: [{ write: 'a', node: 0 }],
    opening: 'settled',
    atMost: { height: 1 },
  },
  rounds(2, 1),
]
