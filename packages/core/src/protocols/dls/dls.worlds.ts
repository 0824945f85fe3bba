import type { CheckWorld } from '../../model/index.ts'

/** Rounds that end whenever they like, so that every message may come too late. */
export const dlsWorlds: readonly CheckWorld[] = [
  {
    name: 'two processors of different minds, four rounds',
    nodes: 2,
    commands: [
      { propose: 'a', node: 0 },
      { propose: 'b', node: 1 },
    ],
    bounds: { timeouts: 'any' },
    atMost: { round: 4 },
  },
]

/** Whoever hears of a decision may believe one that nobody took. */
export const falseDecisions: CheckWorld = {
  name: 'four processors, one of which announces decisions that nobody took, two rounds',
  nodes: 4,
  commands: [...'abba'].map((propose, node) => ({ propose, node })),
  attackers: [{ node: 0, attack: 'false-decision', hears: 'at once' }],
  bounds: { timeouts: 2 },
  atMost: { round: 2 },
}

/** The same for two phases. */
export const twoPhases: CheckWorld = {
  ...(dlsWorlds[0] as CheckWorld),
  name: 'two processors of different minds, eight rounds',
  atMost: { round: 8 },
}
