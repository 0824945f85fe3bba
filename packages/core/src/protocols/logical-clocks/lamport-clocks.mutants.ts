import type { Mutant, NodeId } from '../../model/index.ts'
import type { LamportMessage, StampedEvent } from './lamport-clocks.schema.ts'
import { LamportClocks } from './lamport-clocks.ts'

class IgnoresSendersClock extends LamportClocks {
  override stampOfReceipt(_sent: number): number {
    return this.clock + 1
  }
}

class CopiesSendersClock extends LamportClocks {
  override stampOfReceipt(sent: number): number {
    return sent + 1
  }
}

class DoesNotTickOnReceipt extends LamportClocks {
  override stampOfReceipt(sent: number): number {
    return Math.max(this.clock, sent)
  }
}

class DoesNotTickOnSending extends LamportClocks {
  override stampOfSending(): number {
    return this.clock
  }
}

class ClockInMemory extends LamportClocks {
  override start(): void {
    this.clock = 0
    super.start()
  }
}

class SendsBeforeWriting extends LamportClocks {
  override leave(to: NodeId, message: LamportMessage): void {
    this.host.sendEagerly(to, message)
  }
}

class TiesUnbroken extends LamportClocks {
  override precedes(a: StampedEvent, b: StampedEvent): boolean {
    return a.stamp < b.stamp
  }
}

export const lamportMutants: readonly Mutant<LamportClocks>[] = [
  {
    name: 'no-maximum-on-receipt',
    bug: "a receipt ticks the receiver's clock and does not look at the stamp of the message (IR2(b))",
    breaks: ['clock condition'],
    node: IgnoresSendersClock,
  },
  {
    name: 'copied-on-receipt',
    bug: "a receipt sets the clock by the message's stamp alone, also where that sets it back (IR2(b))",
    breaks: ['clock condition'],
    node: CopiesSendersClock,
  },
  {
    name: 'no-tick-on-receipt',
    bug: 'a receipt is stamped as late as its sending, and not later (IR2(b))',
    breaks: ['clock condition'],
    node: DoesNotTickOnReceipt,
  },
  {
    name: 'no-tick-on-sending',
    bug: 'a sending has the stamp of the event before it (IR1)',
    breaks: ['clock condition'],
    node: DoesNotTickOnSending,
  },
  {
    name: 'clock-in-memory',
    bug: 'a process that comes back from a crash begins again at 0',
    breaks: ['clock condition'],
    node: ClockInMemory,
  },
  {
    name: 'sent-before-written',
    bug: 'messages leave before the event of their sending is on disk',
    breaks: ['event durability', 'clock condition'],
    node: SendsBeforeWriting,
  },
  {
    name: 'ties-unbroken',
    bug: 'events of equal stamps stay in the order in which one has heard of them: no total order',
    breaks: ['total order'],
    node: TiesUnbroken,
  },
]
