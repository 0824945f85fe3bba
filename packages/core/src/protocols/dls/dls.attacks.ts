import { type Attack, equalBytes, list, type NodeId, withFields } from '../../model/index.ts'
import { utf8Length, writeUtf8 } from '../../model/utf8.ts'
import {
  type AcceptableList,
  Announcement,
  Claim,
  Lock,
  type RoundMessage,
  Standing,
} from './dls.messages.ts'
import { Dls } from './dls.ts'
import { announcementText, claimText } from './signed-text.ts'
import { distinctValues, type Value } from './value-list.ts'

/** A value that nobody proposes. */
function inventedValue(name = 'invented'): Value {
  const bytes = new Uint8Array(utf8Length(name))
  writeUtf8(name, bytes, 0)
  return bytes
}

/** The coordinator that asks one half to lock one value, and the other half another. */
class ProposesTwoValues extends Dls {
  override sendLock(lock: Lock): void {
    const other = this.candidates()[1]
    const second = other === undefined ? lock : this.signedLock(other)
    for (const to of this.host.peers) {
      const sent = to < this.host.nodes.length / 2 ? lock : second
      this.host.send(to, { kind: 'lock', lock: sent, standing: this.standing })
    }
  }
}

/** The coordinator that lets one processor alone lock its value, which is heard of when that one shows its locks. */
class ProposesToOne extends Dls {
  override sendLock(lock: Lock): void {
    const to = this.host.peers[this.phase % this.host.peers.length] as NodeId
    this.host.send(to, { kind: 'lock', lock, standing: this.standing })
  }
}

/** The coordinator that wants another value locked than its lists allow. */
class ProposesUnproven extends Dls {
  override sendLock(lock: Lock): void {
    this.sendUnproven(lock.value)
  }

  override beginRound(): void {
    super.beginRound()
    // Where no value has enough lists, an honest coordinator proposes none.
    const mayPropose = this.isCoordinator && this.round % 4 === 2 && this.proposal === undefined
    if (mayPropose) this.sendUnproven(undefined)
  }

  private sendUnproven(proposed: Value | undefined): void {
    const known = [...this.lists.values()].flatMap(({ values }) => values)
    const rival = distinctValues([...known, inventedValue()]).find(
      (value) => proposed === undefined || !equalBytes(value, proposed),
    ) as Value
    const { value, phase, signature } = this.signedLock(rival)
    const proof = [...this.lists.values()].sort((left, right) => left.node - right.node)
    const lock = Lock({ value, phase, proof, signature })
    this.broadcast({ kind: 'lock', lock, standing: this.standing })
  }
}

/** Began with a value that nobody proposed, says that it is proper, and proposes it if it can. */
class InventsValue extends Dls {
  override get standing(): Standing {
    const value = inventedValue()
    return Standing({ initial: value, proper: [value], everything: true })
  }

  override acceptableList(): AcceptableList {
    return this.signedList([inventedValue()], true)
  }

  override candidates(): Value[] {
    const supported = super.candidates()
    const invented = supported.filter((value) => equalBytes(value, inventedValue()))
    return [...invented, ...supported]
  }
}

/** Says that it has locked what it has not, finds everything acceptable, and shows every lock that it ever saw. */
class ReplaysLocks extends withFields(Dls, { seen: list(Lock) }) {
  override inRound(from: NodeId, message: RoundMessage): void {
    if (message.kind === 'lock') this.seen.push(message.lock)
    if (message.kind === 'release') this.seen.push(...message.locks.slice(0, 1))
    super.inRound(from, message)
  }

  override acceptableList(): AcceptableList {
    return this.signedList(this.proper, true)
  }

  override showLocks(): void {
    const { phase, standing } = this
    const locks = this.seen.filter(
      ({ value }, place) =>
        this.seen.findIndex((other) => equalBytes(other.value, value)) === place,
    )
    this.broadcast({ kind: 'release', phase, locks, standing })
  }
}

/** Announces decisions that nobody took: one to the first half, another to the rest. */
class AnnouncesFalsely extends Dls {
  override beginRound(): void {
    super.beginRound()
    for (const to of this.host.peers) {
      const value = inventedValue(to < this.host.nodes.length / 2 ? 'invented' : 'made up')
      const signature = this.host.sign(announcementText({ value }))
      const announcement = Announcement({ node: this.host.self, value, signature })
      this.host.send(to, { kind: 'decide', announcements: [announcement] })
    }
  }

  override announce(): void {}
}

/** Claims rounds that are far ahead, so that the clock runs as fast as one correct processor lets it. */
class RushesClock extends Dls {
  override beginRound(): void {
    super.beginRound()
    const round = this.round + 1_000
    const signature = this.host.sign(claimText({ round }))
    const claim = Claim({ node: this.host.self, round, signature })
    this.broadcast({ kind: 'claim', claim, tick: [] })
  }
}

export const dlsAttacks: readonly Attack<Dls>[] = [
  {
    name: 'two-values',
    what: 'as the coordinator, asks one half to lock one value and the other half another',
    node: ProposesTwoValues,
    inChaos: true,
  },
  {
    name: 'one-lock',
    what: 'as the coordinator, lets one processor alone lock its value',
    node: ProposesToOne,
    inChaos: true,
  },
  {
    name: 'unproven-lock',
    what: 'as the coordinator, asks all to lock a value that too few find acceptable and proper',
    node: ProposesUnproven,
    inChaos: true,
  },
  {
    name: 'invented-value',
    what: 'says that a value which nobody proposed is proper, and proposes it',
    node: InventsValue,
    inChaos: true,
  },
  {
    name: 'replayed-locks',
    what: 'acknowledges locks that it does not keep, and shows old ones in every lock-release phase',
    node: ReplaysLocks,
    inChaos: true,
  },
  {
    name: 'false-decision',
    what: 'announces decisions that nobody took, not to all the same',
    node: AnnouncesFalsely,
    inChaos: true,
  },
  {
    name: 'rushed-clock',
    what: 'claims rounds far ahead of all others',
    node: RushesClock,
    inChaos: true,
  },
]
