import type { NodeId } from '../../model/index.ts'
import type { Tendermint } from './tendermint.ts'

/** What is happening now, in one plain sentence. */
export function narrateTendermint(nodes: ReadonlyMap<NodeId, Tendermint>): string {
  const living = [...nodes]
  if (living.length === 0) return 'Every validator is down.'
  const height = Math.max(...living.map(([, node]) => node.height))
  const there = living.filter(([, node]) => node.height === height)
  const active = there.filter(([, node]) => node.step !== 'newHeight')
  const behind = living.length - there.length
  const others = behind === 0 ? '' : `, and ${validators(behind)} not there yet`
  if (active.length === 0) {
    return height === 0
      ? 'Nothing is decided yet, and no request has come.'
      : `Nothing waits at height ${height}: ${height === 1 ? '1 block is' : `${height} blocks are`} decided${others}.`
  }
  return `${narrateRound(height, active)}${others}.`
}

function narrateRound(height: number, active: readonly [NodeId, Tendermint][]): string {
  const round = Math.max(...active.map(([, node]) => node.round))
  const present = active.filter(([, node]) => node.round === round)
  const [, first] = present[0] as [NodeId, Tendermint]
  const counted = (step: Tendermint['step']): number =>
    present.filter(([, node]) => node.step === step).length
  const proposer = `validator ${first.proposer(height, round)}`
  const where = `Height ${height}, round ${round}`
  const locked = active.filter(([, node]) => node.lockedRound >= 0 && node.lockedRound < round)
  const locks =
    locked.length === 0 ? '' : `; ${validators(locked.length)} locked since an earlier round`
  if (counted('precommit') > 0) {
    return `${where}: ${validators(counted('precommit'))} precommitted the proposal of ${proposer}, or nil${locks}`
  }
  if (counted('prevote') > 0) {
    return `${where}: ${validators(counted('prevote'))} prevoted the proposal of ${proposer}, or nil${locks}`
  }
  return `${where}: ${validators(present.length)} waiting for the proposal of ${proposer}${locks}`
}

function validators(count: number): string {
  return count === 1 ? '1 validator' : `${count} validators`
}
