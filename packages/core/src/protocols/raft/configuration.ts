import type { NodeId } from '../../model/index.ts'
import { RaftLog } from './log.ts'
import { hasMajority, majorityReached } from './quorum.ts'
import { Configuration } from './raft.messages.ts'

/**
 * Who votes, and what a quorum is: a majority of the voters, and while two configurations are
 * joined a majority of each (dissertation, §4.3).
 */
export abstract class RaftConfiguration extends RaftLog {
  initialConfiguration(): Configuration {
    const { initialVoters, initialLearners } = this.parameters
    const { nodes } = this.host
    const voters = initialVoters === 0 ? nodes.length : initialVoters
    return Configuration({
      voters: nodes.slice(0, voters),
      learners: nodes.slice(voters, voters + initialLearners),
      oldVoters: [],
    })
  }

  isVoter(node: NodeId): boolean {
    const { voters, oldVoters } = this.configuration
    return voters.includes(node) || oldVoters.includes(node)
  }

  get isJoint(): boolean {
    return this.configuration.oldVoters.length > 0
  }

  /** May these nodes together decide for all? */
  isQuorum(nodes: ReadonlySet<NodeId>): boolean {
    const { voters, oldVoters } = this.configuration
    return hasMajority(voters, nodes) && (!this.isJoint || hasMajority(oldVoters, nodes))
  }

  /** The highest value that a quorum has reached (`values` is by node), if above `floor`; else `floor`. */
  quorumReached(values: readonly number[], floor: number): number {
    const { voters, oldVoters } = this.configuration
    const reached = majorityReached(voters, values, floor)
    return this.isJoint && reached > floor
      ? Math.min(reached, majorityReached(oldVoters, values, floor))
      : reached
  }
}
