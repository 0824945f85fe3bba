import {
  type Checker,
  type CheckerContext,
  equalBytes,
  type Invariant,
  type NodeId,
} from '../../model/index.ts'
import { CertificateUniqueness } from './certificate-uniqueness.ts'
import { CommittedBranch } from './committed-branch.ts'
import type { Block, Certificate } from './hotstuff.messages.ts'
import type { HotStuff } from './hotstuff.ts'
import { VoteDurability } from './vote-durability.ts'

/** HotStuff's own safety properties; what all logs promise is added by the protocol's shape. */
export function hotStuffCheckers(_context: CheckerContext): Checker<HotStuff>[] {
  return [new CertificateUniqueness(), new CommittedBranch(), new VoteDurability()]
}

const oneCertificateAView: Invariant<HotStuff> = {
  property: 'certificates of one view are for one block',
  broken(nodes) {
    const first = new Map<number, { readonly node: NodeId; readonly block: Uint8Array }>()
    for (const [id, node] of nodes) {
      for (const { view, block } of certificatesKnownTo(node)) {
        const known = first.get(view)
        if (known === undefined) first.set(view, { node: id, block })
        else if (!equalBytes(known.block, block)) {
          return { nodes: [known.node, id], message: `two blocks of view ${view} are certified` }
        }
      }
    }
    return undefined
  },
}

function certificatesKnownTo(node: HotStuff): Certificate[] {
  const carried = [...node.tree.values()].map(({ justify }) => justify)
  return [node.genericQC, node.lockedQC, ...carried]
}

const committedBranchesAgree: Invariant<HotStuff> = {
  property: 'committed branches do not conflict',
  broken(nodes) {
    const living = [...nodes]
    for (const [shorterId, shorter] of living) {
      for (const [longerId, longer] of living) {
        const { height, block } = shorter.executed
        const other = committedAt(longer, height)
        if (other !== undefined && !equalBytes(other, block)) {
          return { nodes: [shorterId, longerId], message: `they differ at height ${height}` }
        }
      }
    }
    return undefined
  },
}

/** The id of the block that a node has committed at a height, where it still knows it. */
function committedAt(node: HotStuff, height: number): Uint8Array | undefined {
  const { executed, checkpoint } = node
  if (height > executed.height || height < checkpoint.height) return undefined
  if (height === checkpoint.height) return checkpoint.block
  let block: Block | undefined = node.tree.get(executed.view)
  while (block !== undefined && block.height > height) block = node.blockOf(block.justify)
  return block?.id
}

const locksAreCarriedOn: Invariant<HotStuff> = {
  property: 'no lock is above the highest certificate',
  broken(nodes) {
    for (const [id, { genericQC, lockedQC }] of nodes) {
      if (lockedQC.view > genericQC.view) {
        return { nodes: [id], message: `it is locked on view ${lockedQC.view} and knows no higher` }
      }
    }
    return undefined
  },
}

/** The same as predicates over one moment, for the explorer. */
export const hotStuffInvariants: readonly Invariant<HotStuff>[] = [
  oneCertificateAView,
  committedBranchesAgree,
  locksAreCarriedOn,
]
