import type { Checker, CheckerContext, Invariant, NodeId } from '../../model/index.ts'
import { BlockValidity } from './block-validity.ts'
import { brief, ChainAuditor } from './chain-auditor.ts'
import { ChainGrowth } from './chain-growth.ts'
import { ChainQuality } from './chain-quality.ts'
import { CommonPrefix } from './common-prefix.ts'
import { Convergence } from './convergence.ts'
import { FinalPayments } from './final-payments.ts'
import { MoneyConservation } from './money-conservation.ts'
import { MostWork } from './most-work.ts'
import type { NakamotoParameters } from './nakamoto.parameters.ts'
import type { Nakamoto } from './nakamoto.ts'
import type { Identifier } from './rules/identifier.ts'

/** Fresh checkers for one run. The first has the auditor judge the blocks that the others ask about. */
export function nakamotoCheckers({
  nodes,
  parameters,
  byzantine,
}: CheckerContext): Checker<Nakamoto>[] {
  const { confirmations, targetSpacingSeconds } = parameters as NakamotoParameters
  const auditor = new ChainAuditor(parameters)
  const count = nodes.length
  return [
    new BlockValidity(auditor),
    new MostWork(count, auditor),
    new CommonPrefix(count, confirmations, auditor.genesis.id),
    new FinalPayments(count, confirmations, auditor),
    new MoneyConservation(auditor),
    new ChainQuality(byzantine),
    new ChainGrowth(targetSpacingSeconds),
    new Convergence(confirmations, targetSpacingSeconds),
  ]
}

/** A property of single nodes: what breaks it, if anything does. */
function ofEachNode(
  property: string,
  fault: (node: Nakamoto) => string | undefined,
): Invariant<Nakamoto> {
  return {
    property,
    broken(nodes) {
      for (const [id, node] of nodes) {
        const message = fault(node)
        if (message !== undefined) return { nodes: [id], message: `node ${id} ${message}` }
      }
      return undefined
    },
  }
}

const commonPrefix: Invariant<Nakamoto> = {
  property: 'common prefix',
  broken(nodes) {
    // By height: the block that some node has with enough confirmations.
    const final = new Map<number, { readonly id: Identifier; readonly node: NodeId }>()
    for (const [node, { activeChain, parameters }] of nodes) {
      for (let height = 0; height <= activeChain.length - parameters.confirmations; height += 1) {
        final.set(height, { id: activeChain[height] as Identifier, node })
      }
    }
    for (const [node, { activeChain }] of nodes) {
      for (const [height, id] of activeChain.entries()) {
        const other = final.get(height)
        if (other === undefined || other.id === id) continue
        const message = `at height ${height} one has ${brief(other.id)} as final, the other ${brief(id)}`
        return { nodes: [other.node, node], message }
      }
    }
    return undefined
  },
}

const mostWork = ofEachNode('most work', (node) => {
  const { tip } = node
  for (const { id } of node.blocks) {
    const entry = node.entry(id)
    if (node.marks.has(id) || entry.chainWork <= tip.chainWork) continue
    return `stays on block ${brief(tip.id)}, though block ${brief(id)} has more work`
  }
  return undefined
})

const unbrokenChain = ofEachNode('chains are unbroken', (node) => {
  const { activeChain, activeTip, index } = node
  for (const [height, id] of activeChain.entries()) {
    const parent = height === 0 ? undefined : activeChain[height - 1]
    if (node.entry(id).parent?.id !== parent) {
      return `has block ${brief(id)} at height ${height}, which does not follow what is below`
    }
  }
  const recorded = node.blocks.length === 0 ? index.genesis.id : activeTip
  if (activeChain[activeChain.length - 1] !== recorded) {
    return 'has recorded another tip than it has'
  }
  return undefined
})

const conservation = ofEachNode('conservation of money', (node) => {
  const auditor = new ChainAuditor(node.parameters)
  let tip = auditor.genesis
  for (const id of node.activeChain.slice(1)) {
    const block = node.blockOf(id)
    if (block === undefined) return `has connected block ${brief(id)}, which it has not`
    tip = auditor.audit(block)
    if (tip.fault !== undefined) return `has connected an invalid block: ${tip.fault}`
  }
  const right = auditor.coinsAfter(tip)
  if (right.size !== node.coins.size) return `has ${node.coins.size} coins, not ${right.size}`
  for (const [outpoint, { value }] of right) {
    if (node.coins.get(outpoint)?.value !== value) return `lacks the coin ${outpoint}`
  }
  return undefined
})

/** What holds at every moment, as pure predicates of the nodes that are up. */
export const nakamotoInvariants: readonly Invariant<Nakamoto>[] = [
  commonPrefix,
  mostWork,
  unbrokenChain,
  conservation,
]
