import type { NodeId, RequestId } from '../model/identity.ts'
import type { AnyNodeClass } from '../model/machine.ts'
import type { Reply } from '../model/output.ts'
import { Random } from '../model/random.ts'
import {
  checkNothingForgotten,
  equalBytes,
  mix,
  mixBytes,
  mixNumber,
  mixText,
} from '../model/schema/index.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { Type } from '../model/schema/type.ts'
import { IdealSignatures } from '../simulator/signatures.ts'
import { Envelopes } from './envelopes.ts'
import type { Departure } from './local-state.ts'
import { sealOf } from './seal.ts'
import { type Identity, ValueTable } from './value-table.ts'
import { WorkOracle } from './work-oracle.ts'

/** Whether clocks stand still, or are set to a timer's deadline when it fires. */
export type ClockModel = 'still' | 'deadlines'

/**
 * Whether records are durable at the end of the step that persisted them, or each by an event of its
 * own, so that a crash may come first.
 */
export type DiskModel = 'instant' | 'asynchronous'

/**
 * How records are numbered. `renewed`: from 1 again whenever all are durable, so that states do not
 * differ in how many records there once were; right for protocols that forget a position once it is
 * durable, which is checked where the disk is instant. `counted`: all that a node ever persisted.
 */
export type PositionModel = 'renewed' | 'counted'

/** What a client asks for once, at any moment. */
export interface ExploredCommand {
  readonly command: unknown
  /** The node it is put to; any node where absent. */
  readonly node?: NodeId
  /** Of a node that is a twin, the copy that it is put to: the first where absent. */
  readonly copy?: 'first' | 'second'
  /** Its name; where absent, the command's place in the list is the client, and 1 its number. */
  readonly request?: RequestId
}

export interface WorldRules {
  readonly nodes: number
  readonly clock: ClockModel
  readonly disk: DiskModel
  readonly positions: PositionModel
  readonly commands: readonly ExploredCommand[]
  /** The Byzantine nodes, which know each other. */
  readonly liars?: readonly NodeId[]
}

const replyIdentity: Identity<Reply> = {
  hash: ({ request, outcome }) => {
    const hash = mixNumber(mix(0, request.client), request.sequence)
    return outcome.kind === 'done'
      ? mixBytes(hash, outcome.result)
      : mixNumber(mixText(hash, outcome.reason), outcome.leader ?? -1)
  },
  equal: (left, right) => {
    if (left.request.client !== right.request.client) return false
    if (left.request.sequence !== right.request.sequence) return false
    if (left.outcome.kind === 'done') {
      return right.outcome.kind === 'done' && equalBytes(left.outcome.result, right.outcome.result)
    }
    return (
      right.outcome.kind === 'refused' &&
      left.outcome.reason === right.outcome.reason &&
      left.outcome.leader === right.outcome.leader
    )
  },
}

/** What all nodes of an exploration have in common: the values that pass between them or to disk, and the rules of the world. */
export class SharedWorld {
  readonly nodes: readonly NodeId[]
  readonly clock: ClockModel
  readonly disk: DiskModel
  readonly positions: PositionModel
  readonly liars: readonly NodeId[]
  readonly commands: readonly Required<Omit<ExploredCommand, 'node' | 'copy'>>[]
  /** Values are functions of their keys, so that it does not matter which order of events put them there. */
  readonly arena = new Map<string, unknown>()
  readonly envelopes: Envelopes
  readonly replies = new ValueTable<Reply>(replyIdentity)
  readonly signatures = new IdealSignatures(new Random(0))
  readonly work = new WorkOracle()
  readonly timers: readonly string[]
  #outcomes = 0
  readonly #record: Type<unknown>
  readonly #records: ValueTable<unknown>
  readonly #sealOfCommand: (command: unknown) => number
  /** Of those that were ever asked for. */
  readonly #commandSeals: number[] = []

  constructor(nodeClass: AnyNodeClass, rules: WorldRules) {
    const { schema } = nodeClass
    this.nodes = Array.from({ length: rules.nodes }, (_, node) => node)
    this.clock = rules.clock
    this.disk = rules.disk
    this.positions = rules.positions
    this.liars = rules.liars ?? []
    this.commands = rules.commands.map(({ command, request }, client) => ({
      command,
      request: request ?? { client, sequence: 1 },
    }))
    this.timers = schema.timers
    this.envelopes = new Envelopes(schema.message as Type<unknown>)
    this.#record = schema.record as Type<unknown>
    this.#records = new ValueTable({
      hash: (value) => this.#record.hash(0, value),
      equal: (left, right) => this.#record.equal(left, right),
      seal: (value) => sealOf((writer) => this.#record.write(writer, value)),
    })
    const command = schema.command as Type<unknown>
    this.#sealOfCommand = (asked) => sealOf((writer) => command.write(writer, asked))
  }

  /** A number for one more outcome of a step. */
  nextOutcome(): number {
    this.#outcomes += 1
    return this.#outcomes - 1
  }

  /** What a client asks for, to be put to a node. */
  asked(place: number): SharedWorld['commands'][number] {
    const asked = this.commands[place]
    if (!asked) throw new RangeError(`no command ${place}`)
    this.#commandSeals[place] ??= this.#sealOfCommand(asked.command)
    return asked
  }

  /** Whether what a client asked for is still what it was: bytes cannot be frozen. */
  isCommandUnchanged(place: number): boolean {
    return this.#sealOfCommand(this.commands[place]?.command) === this.#commandSeals[place]
  }

  timerPlace(timer: string): number {
    const place = this.timers.indexOf(timer)
    if (place < 0) {
      throw new RangeError(`'${timer}' is no timer: the timers are ${this.timers.join(', ')}`)
    }
    return place
  }

  /** The place of a record, which is frozen: neither memory nor disk may change it any more. */
  recordPlace(record: unknown): number {
    checkNothingForgotten(this.#record, record, 'record')
    return this.#records.place(record, (kept) => {
      this.#record.freeze(kept)
      return kept
    })
  }

  /** The place of a record that names nodes by other numbers. */
  renamedRecord(place: number, renaming: Renaming): number {
    return this.recordPlace(this.#record.rename(this.record(place), renaming))
  }

  /** What waits for the disk, where nodes have other numbers. */
  renamedDeparture({ kind, place, behind }: Departure, renaming: Renaming): Departure {
    if (kind === 'message') return { kind, place: this.envelopes.renamed(place, renaming), behind }
    const reply = this.replies.at(place)
    const { outcome } = reply
    if (outcome.kind === 'done' || outcome.leader === undefined) return { kind, place, behind }
    const leader = renaming[outcome.leader] ?? outcome.leader
    const renamed = { ...reply, outcome: { ...outcome, leader } }
    return { kind, place: this.replies.place(renamed), behind }
  }

  record(place: number): unknown {
    return this.#records.at(place)
  }
}
