import type { Mutant, NodeId } from '../../model/index.ts'
import type { Relation, VectorMessage } from './vector-clocks.schema.ts'
import { VectorClocks } from './vector-clocks.ts'

class IgnoresSendersClock extends VectorClocks {
  override merged(_sent: readonly number[]): number[] {
    return [...this.now]
  }
}

class TakesSendersClock extends VectorClocks {
  override merged(sent: readonly number[]): number[] {
    return sent.map((count, process) =>
      process === this.host.self ? (this.now[process] as number) : count,
    )
  }
}

class DoesNotTickOnReceipt extends VectorClocks {
  override stampOfReceipt(sent: readonly number[], _from: NodeId): number[] {
    return this.merged(sent)
  }
}

class TicksSendersEntry extends VectorClocks {
  override stampOfReceipt(sent: readonly number[], from: NodeId): number[] {
    return super
      .stampOfReceipt(sent, from)
      .map((count, process) => (process === from ? count + 1 : count))
  }
}

class ClockInMemory extends VectorClocks {
  override start(): void {
    this.clock = this.host.nodes.map(() => 0)
    super.start()
  }
}

class SendsBeforeWriting extends VectorClocks {
  override leave(to: NodeId, message: VectorMessage): void {
    this.host.sendEagerly(to, message)
  }
}

class ComparesSums extends VectorClocks {
  override relation(a: readonly number[], b: readonly number[]): Relation {
    const [left, right] = [sumOf(a), sumOf(b)]
    if (left < right) return 'before'
    return left > right ? 'after' : 'concurrent'
  }
}

class ComparesFirstDifference extends VectorClocks {
  override relation(a: readonly number[], b: readonly number[]): Relation {
    const place = a.findIndex((count, process) => count !== b[process])
    if (place < 0) return 'concurrent'
    return (a[place] as number) < (b[place] as number) ? 'before' : 'after'
  }
}

function sumOf(vector: readonly number[]): number {
  return vector.reduce((sum, count) => sum + count, 0)
}

export const vectorMutants: readonly Mutant<VectorClocks>[] = [
  {
    name: 'no-maximum-on-receipt',
    bug: 'a receipt ticks its own entry and takes nothing from the stamp of the message',
    breaks: ['clock condition'],
    node: IgnoresSendersClock,
  },
  {
    name: 'copied-on-receipt',
    bug: "a receipt takes the sender's entries as they are, also where the receiver knows of later events",
    breaks: ['clock condition'],
    node: TakesSendersClock,
  },
  {
    name: 'no-tick-on-receipt',
    bug: 'a receipt is no event of its own: it merges the stamps and does not tick',
    breaks: ['clock condition', 'strong clock condition'],
    node: DoesNotTickOnReceipt,
  },
  {
    name: 'ticks-for-sender',
    bug: "a receipt ticks the sender's entry too, as if the sender had had one event more",
    breaks: ['clock condition', 'strong clock condition'],
    node: TicksSendersEntry,
  },
  {
    name: 'clock-in-memory',
    bug: 'a process that comes back from a crash begins again at zero',
    breaks: ['clock condition'],
    node: ClockInMemory,
  },
  {
    name: 'sent-before-written',
    bug: 'messages leave before the event of their sending is on disk',
    breaks: ['event durability', 'clock condition', 'strong clock condition'],
    node: SendsBeforeWriting,
  },
  {
    name: 'compares-sums',
    bug: 'stamps are compared by their sums, as if they were Lamport clocks: concurrent events seem ordered',
    breaks: ['order told from stamps'],
    node: ComparesSums,
  },
  {
    name: 'compares-first-difference',
    bug: 'stamps are compared like words, by the first entry that differs',
    breaks: ['order told from stamps'],
    node: ComparesFirstDifference,
  },
]
