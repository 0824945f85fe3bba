import type { DoubleSpend } from '../../../protocols/nakamoto/attacks/double-spend.ts'
import { ln, pow, sqrt } from '../../../simulator/exact-math.ts'
import type { World } from '../../../simulator/world.ts'
import { miningWorld } from './mining-world.ts'

/** Rosenfeld's attacker is one block ahead when it sends the payment. */
const premined = 1
/** A branch is given up so far behind that what it could still have won is a share below this. */
const neglected = 1e-4
/** One world keeps all its blocks, so a row is measured in several. */
const attemptsPerWorld = 500
const honestNode = 1

/** Rarer successes than this are measured with an attacker that has more hash power, and weighted. */
const rare = 0.3
/** The hash power of that attacker: it succeeds often, in attempts much like those that succeed in truth. */
const simulatedShareOfRare = 0.55

export interface DoubleSpendMeasurement {
  readonly probability: number
  readonly standardError: number
  readonly attempts: number
  /** How many worlds they were made in; the seeds are 1, 2, and so on. */
  readonly worlds: number
  /** The share of the hash power that the attacker had in the simulation. */
  readonly simulatedShare: number
}

/**
 * How often the double spend succeeds, by the honest node's own account: a success is that it gives up
 * a block with so many confirmations.
 *
 * Rare successes are measured by importance sampling: the attacker of the simulation has 55% of
 * the hash power, and a success for which it found T blocks after the payment was sent, and the others H,
 * counts (q/q′)^T (p/p′)^H, how much less likely these very blocks are with the true shares.
 * @param hashShare q
 * @param expected the probability, roughly: whether it is rare
 */
export function measureDoubleSpend(
  hashShare: number,
  confirmations: number,
  expected: number,
  attempts: number,
): DoubleSpendMeasurement {
  const simulatedShare = expected < rare ? Math.max(hashShare, simulatedShareOfRare) : hashShare
  const patience = Math.ceil(ln(neglected) / ln(hashShare / (1 - hashShare)))
  let sum = 0
  let sumOfSquares = 0
  let done = 0
  let worlds = 0
  while (done < attempts) {
    worlds += 1
    const world = miningWorld(
      {
        hashShares: [simulatedShare, 1 - simulatedShare],
        attack: 'double-spend',
        parameters: {
          attackConfirmations: confirmations,
          attackPremined: premined,
          attackGiveUp: confirmations + patience,
        },
      },
      worlds,
    )
    const wanted = Math.min(attemptsPerWorld, attempts - done)
    /** The height of the attacker's latest block. */
    let attackersHeight = 0
    world.onOutput = (node, output) => {
      if (node !== honestNode && output.kind === 'mined') attackersHeight = output.height
      if (node === honestNode && output.kind === 'adopted' && output.disconnected > 0) {
        // The branch that it changes over to may be longer than what has come of it by now.
        const fork = output.height - output.connected.length
        const found = attackersHeight - fork - premined
        const weight =
          pow(hashShare / simulatedShare, found) *
          pow((1 - hashShare) / (1 - simulatedShare), output.disconnected)
        sum += weight
        sumOfSquares += weight * weight
      }
      // Not at once: the honest node adopts the branch of the last attempt after the attacker has counted it.
      if (output.kind === 'mined' && attackerOf(world).attempts >= wanted) world.stopped = true
    }
    world.start()
    world.advance(Number.MAX_SAFE_INTEGER)
    done += attackerOf(world).attempts
  }
  const probability = sum / done
  const variance = (sumOfSquares / done - probability * probability) / (done - 1)
  return { probability, standardError: sqrt(variance), attempts: done, worlds, simulatedShare }
}

function attackerOf(world: World): DoubleSpend {
  return world.hostOf(0).node as DoubleSpend
}
