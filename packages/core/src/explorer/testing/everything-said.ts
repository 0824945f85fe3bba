import type { NodeId } from '../../model/index.ts'
import type { HistoryVariable } from '../index.ts'

/** Who said what, in order: the history that tells the most apart. */
export const everythingSaid: HistoryVariable<readonly (readonly [NodeId, string])[]> = {
  initial: [],
  observes: ({ outputs, replies }) => outputs.length + replies.length > 0,
  after: (history, { node, outputs, replies }) => [
    ...history,
    [node, JSON.stringify([outputs, replies])],
  ],
  identity: {
    hash: (history) => history.length,
    equal: (left, right) => JSON.stringify(left) === JSON.stringify(right),
  },
  rename: (history, renaming) => history.map(([node, text]) => [renaming[node] as NodeId, text]),
  always: [],
}
