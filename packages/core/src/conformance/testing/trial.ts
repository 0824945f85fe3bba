import {
  type AnyNode,
  type AnyNodeClass,
  decode,
  type Micros,
  type NodeId,
  type Outcome,
  type RequestId,
} from '../../model/index.ts'
import type { HostUnderTest, Setting, SystemUnderTest } from './host-under-test.ts'
import { Probe, type ProbeAction, Report, type Sighting } from './probe.protocol.ts'

/** What the audience of a trial heard, and what it did itself, in order. */
export type Entry =
  | { readonly kind: 'said'; readonly node: NodeId; readonly report: Report }
  | { readonly kind: 'replied'; readonly request: RequestId; readonly outcome: Outcome }
  | { readonly kind: 'crashed' | 'restarted'; readonly node: NodeId }

export type SightingOf<K extends Sighting['kind']> = Extract<Sighting, { readonly kind: K }>

/** The system did not do what its host owes. */
class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** @throws ConformanceError unless it holds */
export function mustHold(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ConformanceError(otherwise)
}

/** @throws ConformanceError unless both are the same as JSON */
export function mustEqual(what: string, actual: unknown, expected: unknown): void {
  const [is, ought] = [shown(actual), shown(expected)]
  mustHold(is === ought, `${what}: ${is}, and should be ${ought}`)
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, inside: unknown) =>
    inside instanceof Uint8Array ? [...inside] : inside,
  )
}

export const usual: Setting = {
  nodes: 3,
  seed: 1,
  passing: 'reference',
  linkMicros: 1_000,
  syncMicros: 200,
}
/** Long enough for messages to come and go while a sync is on its way. */
const slowSyncMicros = 150_000
export const slowDisk: Setting = { ...usual, syncMicros: slowSyncMicros }
/** Well within a slow sync, and well beyond a few messages. */
export const shortMicros = 20_000
/** All that was begun is over, a slow sync too. */
export const longMicros = 4 * slowSyncMicros
/** What a wait for something that must come is cut into. */
const sliceMicros = 5_000

/** A system of probes, and all that was heard of it. */
export class Trial {
  readonly log: Entry[] = []
  readonly #system: SystemUnderTest
  #sequence = 0

  private constructor(system: SystemUnderTest, log: Entry[]) {
    this.#system = system
    this.log = log
  }

  static async start(
    host: HostUnderTest,
    setting: Setting = usual,
    nodeClass: AnyNodeClass = Probe,
  ): Promise<Trial> {
    const log: Entry[] = []
    const system = await host.start(nodeClass, setting, {
      output: (node, output) => {
        if (output.kind !== 'decided') return
        log.push({ kind: 'said', node, report: decode(Report, output.value) })
      },
      replied: (request, outcome) => log.push({ kind: 'replied', request, outcome }),
    })
    return new Trial(system, log)
  }

  /** Runs the test, and stops the system whatever comes of it. */
  static async run(
    host: HostUnderTest,
    setting: Setting,
    test: (trial: Trial) => Promise<void>,
  ): Promise<void> {
    const trial = await Trial.start(host, setting)
    try {
      await test(trial)
    } finally {
      await trial.#system.stop()
    }
  }

  /** Tells a node to do these things, in one step. */
  async tell(node: NodeId, ...actions: ProbeAction[]): Promise<RequestId> {
    this.#sequence += 1
    const request = { client: 0, sequence: this.#sequence }
    await this.#system.propose(node, { kind: 'run', actions }, request)
    return request
  }

  async pass(micros: Micros): Promise<void> {
    await this.#system.pass(micros)
  }

  /** Lets time pass until it is so. @throws ConformanceError if it takes longer than anything should */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (let waited = 0; !isSo(); waited += sliceMicros) {
      mustHold(waited < 10 * longMicros, `never seen: ${what}`)
      await this.pass(sliceMicros)
    }
  }

  async crash(node: NodeId): Promise<void> {
    await this.#system.crash(node)
    this.log.push({ kind: 'crashed', node })
  }

  async restart(node: NodeId): Promise<void> {
    this.log.push({ kind: 'restarted', node })
    await this.#system.restart(node)
  }

  async pause(node: NodeId): Promise<void> {
    await this.#system.pause(node)
  }

  async resume(node: NodeId): Promise<void> {
    await this.#system.resume(node)
  }

  node(id: NodeId): AnyNode {
    const node = this.#system.node(id)
    mustHold(node !== undefined, `node ${id} is down`)
    return node
  }

  /** What a node has reported, oldest first. */
  reports(node: NodeId): Report[] {
    return this.log.flatMap((entry) =>
      entry.kind === 'said' && entry.node === node ? [entry.report] : [],
    )
  }

  /** Its reports of one kind. */
  sightings<K extends Sighting['kind']>(
    node: NodeId,
    kind: K,
  ): (Report & { readonly seen: SightingOf<K> })[] {
    return this.reports(node).filter(
      (report): report is Report & { readonly seen: SightingOf<K> } => report.seen.kind === kind,
    )
  }

  /** The notes that a node has received, oldest first. */
  received(node: NodeId): string[] {
    return this.sightings(node, 'received').map(({ seen }) => seen.note)
  }

  /** The answers to a request. */
  replies(request: RequestId): Outcome[] {
    return this.log.flatMap((entry) =>
      entry.kind === 'replied' && entry.request.sequence === request.sequence
        ? [entry.outcome]
        : [],
    )
  }

  /** The notes that a node has recorded, oldest first. */
  recorded(node: NodeId): string[] {
    return this.sightings(node, 'recorded').map(({ seen }) => seen.note)
  }

  /** What a node found on its disk when its latest life began. */
  recovered(node: NodeId): readonly string[] {
    const started = this.sightings(node, 'started').at(-1)
    mustHold(started !== undefined, `node ${node} never started`)
    return started.seen.notes
  }
}
